import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadMap } from '@murmuration/cli'
import { repositoryRoot } from '@murmuration/local'
import { coverageOf } from './coverage/compensations.ts'
import { compensationsPage } from './coverage/compensations-page.ts'
import { faultProblems, faultsPage } from './coverage/fault-rows.ts'
import { notedTests } from './coverage/tests.ts'

const help = `node infra/checker/src/main.ts coverage   checks that the tests show all undoing and all fault rows, and that the pages say so
  --write   writes docs/compensations.md and docs/faults.md first
  --json    one document on stdout: {ok, problems}
Exit code 0 when nothing is missing, 1 when something is, 2 for other arguments.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help === true) {
  console.log(help)
  process.exit(0)
}
if (positionals.join() !== 'coverage') {
  console.error(help)
  process.exit(2)
}

const { map } = await loadMap()
const tests = notedTests(repositoryRoot)
const coverage = coverageOf(map, tests)
const pages = { 'docs/compensations.md': compensationsPage(coverage), 'docs/faults.md': faultsPage(tests) }
const stale: string[] = []
for (const [name, text] of Object.entries(pages)) {
  const file = join(repositoryRoot, name)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  if (values.write === true) writeFileSync(file, text)
  else stale.push(`${name} is not what the tests say; \`npm run gen\` writes it anew`)
}
const problems = [...coverage.problems, ...faultProblems(tests), ...stale]
if (values.json === true) console.log(JSON.stringify({ ok: problems.length === 0, problems }))
else for (const problem of problems) console.error(`✗ ${problem}`)
// What is missing is the lint's to say: the pages can be written all the same.
process.exitCode = problems.length === 0 || values.write === true ? 0 : 1
