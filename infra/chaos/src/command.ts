import { within } from '@murmuration/cli/within'
import { plain, silent, withLock } from '@murmuration/local'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { faults } from './faults/index.ts'
import { type Ground, openGround } from './ground.ts'
import { isGood, textOf } from './judge/report.ts'
import { longFromSeconds, planOf } from './plan/plan.ts'
import { run } from './run.ts'
import { endStage, stageLock } from './stack/stage.ts'
import { planText, storyTo } from './story/story.ts'

interface Options {
  readonly seconds: number
  readonly seed: number
  readonly rate?: number
  readonly faults: readonly string[]
  readonly sampling: number
  readonly json: boolean
  readonly story: boolean
  readonly plan: boolean
  readonly keep: boolean
}

const names = faults.map(({ name }) => name)

const chosen = (text: string): string[] => {
  const given = text.split(',').map((name) => name.trim())
  const unknown = given.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}; there are ${names.join(', ')}.`)
  return given
}

const width = Math.max(...names.map((name) => name.length))

const about = `
An own stack of all services (folder .local/chaos; order, inventory and payment twice; every process behind proxies of its own) gets orders of all
kinds through the gateway – all methods and outcomes, races for scarce goods, cancellations, refunds, returns – while faults are injected: one trouble after the
other, and under them a kill every few seconds. The seed decides the faults and the orders. Invariants are looked at every second. In the end, when
nothing moves any more, the checker goes over all rows, topics, spans and the provider's statement.

Faults:
${faults.map(({ name, row }) => `  ${name.padEnd(width)}  ${row}`).join('\n')}

From ${longFromSeconds} s on everything is longer (a zombie of 60 s, a broker that is gone for 60 s) and a service is killed every 2 s.

Exit codes: 0 all figures are 0; 1 one is not; 2 wrong usage; 3 the stack could not be started, or a fault not injected.
`

/** Ends the stack also when the run is interrupted, be it while it starts. Whoever supervises it has to end it: what is only killed comes back. */
async function withGround<T>({ sampling, keep }: Options, work: (ground: Ground) => Promise<T>): Promise<T> {
  let ground: Ground | undefined
  const interrupted = (): void => void (ground?.leave() ?? endStage()).finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  ground = await openGround({ sampling, starting: process.stderr.isTTY ? plain : silent })
  try {
    return await work(ground)
  } finally {
    await ground.leave({ keep })
  }
}

async function chaos(options: Options): Promise<void> {
  const { seconds, seed, json, keep, rate = seconds >= longFromSeconds ? 36 : 20 } = options
  const plan = planOf({ seed, seconds, faults: faults.filter(({ name }) => options.faults.includes(name)) })
  if (options.plan) {
    process.stdout.write(json ? `${JSON.stringify(plan)}\n` : planText(plan))
    return
  }
  try {
    const report = await withLock(stageLock, () =>
      withGround(options, (ground) => run(ground, { seed, seconds, rate, plan, story: storyTo(process.stderr, options.story || !json) })),
    )
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : textOf(report, keep))
    process.exitCode = report.failedFaults.length > 0 ? 3 : isGood(report) ? 0 : 1
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 3
  }
}

/** `npm run -s chaos` */
export const addChaos = (program: Command): Command =>
  program
    .addOption(new Option('--seconds <n>', 'how long orders come and faults happen').default(60).argParser(within(5, 3600, true)))
    .addOption(
      new Option('--seed <n>', 'decides faults and orders; default: another one each time')
        .default(Date.now() % 1_000_000, 'of the clock')
        .argParser(within(0, 2 ** 31, true)),
    )
    .addOption(new Option('--faults <names>', 'a comma list, most important first').default(names, 'all').argParser(chosen))
    .addOption(new Option('--rate <n>', `orders a second; default 20, from ${longFromSeconds} s on 36`).argParser(within(0.1, 1000, false)))
    .addOption(new Option('--sampling <ratio>', 'share of the sagas that are traced').default(0.1).argParser(within(0, 1, false)))
    .option('--json', 'print one JSON document', false)
    .option('--story', 'tell the faults as they happen, on stderr; without --json that is always done', false)
    .option('--plan', 'only show what would happen when', false)
    .option('--keep', 'leave the stack running, to look at', false)
    .addHelpText('after', about)
    .action(chaos)
