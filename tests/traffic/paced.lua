-- A short pause in front of each request: the servers have to be stopped, not to be exhausted.
function delay()
	return 5
end
