// cel.mjs LIBRARY <POLICIES-AND-OBJECTS: what a ValidatingAdmissionPolicy says of each object, as JSON.
// In: [{variables, validations, object, oldObject}]; out, for each: null, or why it is refused.
import {readFileSync} from 'node:fs'
import {pathToFileURL} from 'node:url'

const {Environment} = await import(pathToFileURL(process.argv[2]).href)
const environment = new Environment({unlistedVariablesAreDyn: true})

// A JSON number without a fraction is an int.
const integers = (key, value) => (Number.isInteger(value) ? BigInt(value) : value)

function judge({variables = [], validations, object = null, oldObject = null}) {
  const context = {object, oldObject, variables: {}}
  const value = (expression) => environment.parse(expression)(context)
  for (const {name, expression} of variables) {
    context.variables[name] = value(expression)
  }
  for (const {expression, message} of validations) {
    if (value(expression) !== true) {
      return message
    }
  }
  return null
}

const tried = JSON.parse(readFileSync(0), integers).map((each) => {
  try {
    return judge(each)
  } catch (error) {
    return `error: ${error.message}`
  }
})
console.log(JSON.stringify(tried))
