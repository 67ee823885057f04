// server.js PORT MILLISECONDS [close [STATUS]]: an answer takes so long. With 'close' it has a handler
// for TERM, and leaves with that status; without, TERM ends it as it ends any program.
const http = require("http");
const [port, milliseconds, handler, status] = process.argv.slice(2);
const server = http.createServer((_, response) => {
	setTimeout(() => response.end("answered\n"), Number(milliseconds));
});
server.listen(Number(port), "127.0.0.1");
if (handler === "close")
	process.on("SIGTERM", () => server.close(() => process.exit(Number(status || 0))));
