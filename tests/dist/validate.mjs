// validate.mjs FOLDER-OF-MODULES FILE: is FILE valid CycloneDX 1.5, by CycloneDX's own library? Says why not.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'

const require = createRequire(process.argv[2] + '/')
const {Spec, Validation} = require('@cyclonedx/cyclonedx-library')
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5)
const wrong = await validator.validate(readFileSync(process.argv[3], 'utf8'))
if (wrong !== null) {
  console.log(JSON.stringify(wrong, null, 1))
  process.exit(1)
}
