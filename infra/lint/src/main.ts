import { fileURLToPath } from 'node:url'
import { checks, runCheck } from './checks.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const help = `npm run lint [-- NAME …]   runs all checks, or those named: ${checks.map(({ name }) => name).join(', ')}
  --fix    lets the formatter mend what it can first
  --json   one document on stdout: [{name, passed, output}]
Exit code 0 when all pass, 1 when one does not, 2 for an unknown name.`

const args = process.argv.slice(2)
const names = args.filter((arg) => !arg.startsWith('--'))
if (args.includes('--help')) {
  console.log(help)
  process.exit(0)
}
const unknown = names.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(`unknown check: ${unknown.join(', ')}\n${help}`)
  process.exit(2)
}
if (args.includes('--fix')) await runCheck({ name: 'fix', command: ['biome', 'check', '--write', '.'] }, root)

const results = []
for (const check of checks.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const result = await runCheck(check, root)
  results.push(result)
  if (!args.includes('--json')) console.log(result.passed ? `✓ ${result.name}` : `✗ ${result.name}\n${result.output}`)
}
if (args.includes('--json')) console.log(JSON.stringify(results))
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
