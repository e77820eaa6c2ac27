import { Command, CommanderError } from 'commander'
import { hunt } from './command/hunt.ts'
import { addOptions, type Options } from './command/options.ts'
import { progress } from './command/progress.ts'
import { huntText, outcomeText, suiteText } from './command/report.ts'
import { runSuite } from './command/suite.ts'
import { mutants } from './mutants/index.ts'

const program = addOptions(new Command('simulate')).exitOverride().showHelpAfterError('(see --help)').action(run)

try {
  await program.parseAsync()
} catch (error) {
  // commander has said what is wrong, or has shown the help, by itself.
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}

async function run(options: Options): Promise<void> {
  if (options.seed !== undefined) return await one(options.seed, options)
  if (options.mutants !== false) return await all(options)
  const suite = await runSuite(options, progress(process.stderr))
  const { failed, ...figures } = suite
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : suiteText(suite))
  if (failed.length === 0) return
  process.exitCode = 1
  for (const { seed, violations } of failed)
    process.stderr.write(`seed ${seed}: ${violations.join('; ')}\n  npm run -s simulate -- --seed ${seed} --story\n`)
  process.stderr.write(`\n${(await shrunk(failed[0]?.seed as number)).join('\n')}\n`)
}

async function one(seed: number, { json, story, mutants: name }: Options): Promise<void> {
  const mutant = named(name)
  const { runSeed } = await quietly(() => import('./run/run.ts'))
  const outcome = await runSeed(seed, { mutant, told: story })
  const { handled, violations } = outcome
  if (json) process.stdout.write(`${JSON.stringify({ seed, events: handled, violations, ...(story ? { story: outcome.story } : {}) })}\n`)
  else process.stdout.write(outcomeText(outcome))
  if (violations.length === 0) return
  process.exitCode = 1
  if (!json) process.stdout.write(`\nshrunk:\n${(await shrunk(seed, name)).join('\n')}\n`)
}

/** The short story of a seed that fails. */
async function shrunk(seed: number, name?: Options['mutants']): Promise<readonly string[]> {
  const { shrinkSeed } = await quietly(() => import('./run/run.ts'))
  return (await shrinkSeed(seed, { mutant: named(name) })).story
}

async function all(options: Options): Promise<void> {
  const only = named(options.mutants)
  const hunted = await hunt(options, only?.name, progress(process.stderr))
  const survived = hunted.filter(({ found }) => found === undefined).map(({ mutant }) => mutant)
  const document = { mutants: hunted.length, found: hunted.length - survived.length, survived, hunted }
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : huntText(hunted))
  if (survived.length > 0) process.exitCode = 1
}

function named(name: Options['mutants'] | undefined) {
  if (typeof name !== 'string') return undefined
  const found = mutants.find((mutant) => mutant.name === name)
  if (found === undefined) program.error(`error: there is no mutant ${name}; there are ${mutants.map((one) => one.name).join(', ')}`)
  return found
}

/** What services log is no story. Their logger reads the environment when it is first used. */
function quietly<Module>(load: () => Promise<Module>): Promise<Module> {
  process.env['LOG_LEVEL'] ??= 'silent'
  return load()
}
