import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, writeJson } from '../files.ts'
import { ensureInfra } from '../infra/ensure.ts'
import { repositoryRoot, stackFolder } from '../paths.ts'
import { whenAskedToEnd } from '../process/asked-to-end.ts'
import { plain } from '../report.ts'
import { stopStack } from '../stop.ts'
import { type TestedPackage, testedPackages } from '../tests/packages.ts'
import { outcomeOf, summary } from '../tests/summary.ts'

// Whole sagas on the real stack, and what measures or loads the machine: nothing else may run beside them.
const alone = new Set(['@murmuration/e2e', '@murmuration/chaos', '@murmuration/bench'])

const reportOf = ({ folder }: TestedPackage): string => join(folder, 'node_modules', '.vitest-report.json')

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  // Several packages at a time on few cores: one worker each.
  VITEST_MAX_WORKERS: process.env['VITEST_MAX_WORKERS'] ?? '1',
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
})

const observed = join(repositoryRoot, '.local', 'observed')

/** Whether the suites have seen every edge of the saga map, and no other. */
const edgesSeen = (): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const command = [join(repositoryRoot, 'packages', 'cli', 'src', 'main.ts'), 'map', '--check', '--observed']
    const child = spawn(process.execPath, command, { cwd: repositoryRoot, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })

let underWay: ChildProcess | undefined

/** One turbo run; vitest writes a report beside each package's modules. */
const turbo = (packages: TestedPackage[], concurrency: number): Promise<number> =>
  new Promise((resolve, reject) => {
    if (packages.length === 0) return resolve(0)
    const filters = packages.map(({ name }) => `--filter=${name}`)
    const args = [
      'run',
      'test',
      ...filters,
      `--concurrency=${concurrency}`,
      '--continue',
      '--output-logs=full',
      '--log-order=grouped',
      '--',
    ]
    const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=node_modules/.vitest-report.json']
    const child = spawn('turbo', [...args, ...reporters], { cwd: repositoryRoot, stdio: 'inherit', env: environment() })
    underWay = child
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })

export type TestOptions = { only: string[]; failedBefore: number }

/** `npm test`. Returns the exit code; whatever happens, the infrastructure is ended and the last line is the sum. */
export const test = async ({ only, failedBefore }: TestOptions): Promise<number> => {
  const packages = await testedPackages(only)
  await Promise.all(packages.map((one) => rm(reportOf(one), { force: true })))
  // Which edges of the saga map were seen: a whole run has to see all of them.
  const whole = only.length === 0
  if (whole) await rm(observed, { recursive: true, force: true })
  const codes: number[] = []
  let asked = false
  whenAskedToEnd((signal) => {
    asked = true
    underWay?.kill(signal)
  })
  try {
    await ensureInfra('test', plain)
    const [others, single] = [packages.filter(({ name }) => !alone.has(name)), packages.filter(({ name }) => alone.has(name))]
    codes.push(await turbo(others, 2))
    for (const one of single) if (!asked) codes.push(await turbo([one], 1))
  } catch (error) {
    plain.warn(error instanceof Error ? error.message : String(error))
  } finally {
    await stopStack('test')
  }
  const folder = join(stackFolder('dev'), 'reports')
  await mkdir(folder, { recursive: true })
  const outcomes = await Promise.all(
    packages.map(async (one) => {
      const report = await readJson(reportOf(one))
      if (report !== undefined) await writeJson(join(folder, `${one.name.split('/').at(-1)}.json`), report)
      return outcomeOf(one.name, report)
    }),
  )
  // turbo's exit code speaks for the whole group: it counts only when no report explains it.
  const unexplained = codes.some((code) => code !== 0) && outcomes.every(({ failed }) => failed === 0)
  if (unexplained)
    outcomes.push({ name: 'turbo', passed: 0, failed: 1, failures: ['a package ended badly although its tests passed; see above'] })
  if (whole && !asked && !(await edgesSeen()))
    outcomes.push({ name: 'saga map', passed: 0, failed: 1, failures: ['what was seen is not what is declared; see above'] })
  if (asked) outcomes.push({ name: 'npm test', passed: 0, failed: 1, failures: ['was interrupted'] })
  const { text, exitCode } = summary(outcomes, failedBefore)
  process.stdout.write(`\n${text}\n`)
  return exitCode
}
