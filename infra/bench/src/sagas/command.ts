import { plain, silent, withLock } from '@murmuration/local'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { endOwnStack, ownStack, ownStackLock, runningStack, type Subject } from '../setup/running.ts'
import { type Options, progressTo } from './options.ts'
import { isGood } from './report.ts'
import { measure } from './run.ts'
import { textOf } from './table.ts'

const within =
  (from: number, to: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= from && value <= to) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`Expected ${whole ? 'a whole number' : 'a number'} from ${from} to ${to}.`)
    return value
  }

const about = `
The load goes to an own stack of all services (folder .local/bench, empty databases, tracing on), to the gateway over loopback, in phases:
  warm-up      6 s at saturation; not in the figures
  idle         one client, one saga after the other, for 5 s              → idleSagaP50Ms
  offered      --rate orders a second for a third of --seconds, whatever
               the answers do; times count from when an order was due    → sagaP50Ms, sagaP99Ms, postP50Ms, postP99Ms
  saturation   --clients post as fast as they are answered for --seconds,
               while fewer than --in-flight sagas are open; then drained  → sagasPerSecond, CPU, memory, saturation
  bare         with the services ended: the same steps in one process by
               bare driver on the same PostgreSQL, one transaction each,
               no broker, no services, concurrency 8                      → barePerSecond; ratio = sagasPerSecond / barePerSecond
A saga lasts from its POST until OrderConfirmed and its NotificationSent were both seen on the topics by this process.
sagasPerSecond = complete sagas / time from the first POST until the last one was complete.
CPU and memory are of the saturation phase, by process with its children; cpuMsPerSaga is all of it but the generator.
A process of several (PostgreSQL) counts each shared page once.
The provider simulator answers at once and declines nothing; the risk rules that such a load would trip are raised meanwhile.

Exit codes: 0 every saga ended confirmed; 1 one did not, or was refused; 2 wrong usage; 3 the stack could not be started or used.
`

const stackFor = ({ useRunning, sampling, keep, json }: Options): Promise<Subject> =>
  useRunning ? runningStack() : ownStack({ sampling, keep, report: json || !process.stderr.isTTY ? silent : plain })

/** Ends the stack also when the run is interrupted, be it while it starts. */
async function withStack<T>(options: Options, work: (subject: Subject) => Promise<T>): Promise<T> {
  let subject: Subject | undefined
  const leave = async (): Promise<void> => {
    if (subject !== undefined) await subject.leave()
    else if (!options.useRunning) await endOwnStack()
  }
  const interrupted = (): void => void leave().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  subject = await stackFor(options)
  try {
    return await work(subject)
  } finally {
    await subject.leave()
  }
}

async function run(options: Options): Promise<void> {
  try {
    const work = () => withStack(options, (subject) => measure(subject, options, progressTo(process.stderr)))
    const report = await (options.useRunning ? work() : withLock(ownStackLock, work))
    process.stdout.write(`${options.json ? JSON.stringify(report) : textOf(report)}\n`)
    process.exitCode = isGood(report) ? 0 : 1
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 3
  }
}

/** `npm run bench -- sagas` */
export const addSagas = (program: Command): Command =>
  program
    .command('sagas')
    .description('order sagas, from the POST at the gateway to the confirmation and its notification')
    .addOption(new Option('--seconds <n>', 'length of the saturation phase').default(30).argParser(within(1, 3600, false)))
    .addOption(new Option('--clients <n>', 'clients in the saturation phase').default(64).argParser(within(1, 1000, true)))
    .addOption(new Option('--in-flight <n>', 'open sagas at most in the saturation phase').default(400).argParser(within(1, 100_000, true)))
    .addOption(new Option('--rate <n>', 'orders a second in the offered phase').default(100).argParser(within(0.1, 10_000, false)))
    .addOption(
      new Option('--sampling <ratio>', 'share of the sagas that are traced; 0.1 is production’s')
        .default(0.1)
        .argParser(within(0, 1, false)),
    )
    .addOption(new Option('--buyers <n>', 'users who order, in turn').default(20).argParser(within(1, 500, true)))
    .option('--json', 'print one JSON document', false)
    .option('--keep', 'leave the own stack running', false)
    .option('--use-running', 'measure the stack of `npm start` as it is instead of an own one; its databases get the orders', false)
    .addHelpText('after', about)
    .action(run)
