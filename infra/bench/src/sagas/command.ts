import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { within } from '@murmuration/cli/within'
import { type Command, Option } from 'commander'
import { apartOption, loadOptions, progressTo, reporting } from '../commands/options.ts'
import { withStack } from '../setup/with-stack.ts'
import { isGood } from './report.ts'
import { measure, type SagasOptions } from './run.ts'
import { textOf } from './table.ts'

const about = `
The load goes to an own stack of all services (folder .local/bench, empty databases, tracing on), to the gateway over loopback, in phases:
  warm-up      6 s at saturation; not in the figures
  idle         one client, one saga after the other, for 5 s              → idleSagaP50Ms
  offered      each --rate orders a second for a third of --seconds,
               whatever the answers do; times count from when an order
               was due                        → offered; of the last rate also sagaP50Ms, sagaP99Ms, postP50Ms, postP99Ms
  saturation   --clients post as fast as they are answered for --seconds,
               while fewer than --in-flight sagas are open; then drained  → sagasPerSecond, CPU, memory, saturation
  bare         with the services ended: the same steps in one process by
               bare driver on the same PostgreSQL, one transaction each,
               no broker, no services, concurrency 8                      → barePerSecond; ratio = sagasPerSecond / barePerSecond
  ideal        the same statements, as batched, and the same messages in
               one hand-written process: no tracing, validation, HTTP     → idealPerSecond; ratioToIdeal
A saga lasts from its POST until OrderConfirmed and its NotificationSent were both seen on the topics by this process.
sagasPerSecond = complete sagas / time from the first POST until the last one was complete.
CPU and memory are of the saturation phase, by process with its children; cpuMsPerSaga is all of it but the generator.
A process of several (PostgreSQL) counts each shared page once.
The provider simulator answers at once and declines nothing; the risk rules that such a load would trip are raised meanwhile.
--profile slows everything by a tenth or so: measure rates without it.

Exit codes: 0 every saga ended confirmed; 1 one did not, or was refused; 2 wrong usage; 3 the stack could not be started or used.
`

const usualRates = [50, 200]

async function prepared(options: SagasOptions): Promise<SagasOptions> {
  if (options.profile === undefined) return options
  const profile = resolve(options.profile)
  await mkdir(profile, { recursive: true })
  process.env['SERVICE_NODE_OPTIONS'] = `${process.env['SERVICE_NODE_OPTIONS'] ?? ''} --cpu-prof --cpu-prof-dir=${profile}`
  return { ...options, profile }
}

/** `npm run bench -- sagas` */
export function addSagas(program: Command): void {
  const command = program.command('sagas').description('order sagas, from the POST at the gateway to the confirmation and its notification')
  for (const option of [...loadOptions(30), apartOption()]) command.addOption(option)
  command
    .addOption(
      new Option('--rate <n...>', 'orders a second in the offered phases')
        .default(usualRates)
        .argParser((text: string, before: unknown) => {
          const rate = within(0.1, 10_000, false)(text)
          return Array.isArray(before) && before !== usualRates ? [...(before as number[]), rate] : [rate]
        }),
    )
    .option('--profile <folder>', 'write CPU profiles of the services there, and flame.svg made from the saturation phase')
    .option('--keep', 'leave the own stack running', false)
    .option('--use-running', 'measure the stack of `npm start` as it is instead of an own one; its databases get the orders', false)
    .addHelpText('after', about)
    .action(async (given: SagasOptions) => {
      const options = await prepared(given)
      await reporting(options.json, () => withStack(options, (subject) => measure(subject, options, progressTo(process.stderr))), {
        text: textOf,
        good: isGood,
      })
    })
}
