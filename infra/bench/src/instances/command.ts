import { within } from '@murmuration/cli/within'
import { type Command, Option } from 'commander'
import { type LoadOptions, loadOptions, type Progress, progressTo, reporting } from '../commands/options.ts'
import { openSession, warmUpSeconds } from '../load/session.ts'
import { type Machine, machine } from '../measure/machine.ts'
import { cpuMsPerSaga } from '../measure/processes.ts'
import { perSecond } from '../sagas/report.ts'
import { withStack } from '../setup/with-stack.ts'

interface Options extends LoadOptions {
  readonly instances: number
}

interface Run {
  readonly instances: number
  readonly sagasPerSecond: number
  readonly cpuMsPerSaga: number | null
  readonly completed: number
  readonly incomplete: number
}

interface Report extends Machine {
  /** sagasPerSecond of several / of one. */
  readonly ratio: number
  readonly runs: readonly [Run, Run]
}

const about = `
Saturation of an own stack with one instance of each service, each in a process of its own, then, on another fresh stack, with --instances of each that a saga goes through. On
one machine more instances cannot make more CPU: the ratio tells what sharing the partitions costs.

Exit codes: 0 no saga was lost; 1 one was; 2 wrong usage; 3 could not be measured.
`

const runWith = (instances: number, options: Options, say: Progress): Promise<Run> =>
  withStack({ ...options, instances, apart: true }, async (subject) => {
    const session = await openSession(subject, options, say)
    try {
      await session.saturate(`${instances} of each: warming up`, warmUpSeconds)
      const phase = await session.saturate(`${instances} of each: saturation`, options.seconds)
      const { completed, incomplete } = phase.account
      return { instances, sagasPerSecond: perSecond(phase), cpuMsPerSaga: cpuMsPerSaga(phase.spent, completed), completed, incomplete }
    } finally {
      await session.close()
    }
  })

async function measure(options: Options, say: Progress): Promise<Report> {
  const one = await runWith(1, options, say)
  const several = await runWith(options.instances, options, say)
  say('')
  const ratio = Math.round((several.sagasPerSecond / one.sagasPerSecond) * 100) / 100
  return { ratio, runs: [one, several], ...(await machine()) }
}

const text = ({ ratio, runs }: Report): string =>
  [
    ...runs.map(
      ({ instances, sagasPerSecond, cpuMsPerSaga: cpu }) => `${instances} of each: ${sagasPerSecond} sagas/s, ${cpu ?? '–'} ms of CPU each`,
    ),
    `ratio ${ratio}`,
  ].join('\n')

/** `npm run bench -- instances` */
export function addInstances(program: Command): void {
  const command = program.command('instances').description('several instances of every service against one, on the same machine')
  for (const option of loadOptions(20)) command.addOption(option)
  command
    .addOption(new Option('--instances <n>', 'of each service that a saga goes through').default(2).argParser(within(2, 6, true)))
    .addHelpText('after', about)
    .action((options: Options) =>
      reporting(options.json, () => measure(options, progressTo(process.stderr)), {
        text,
        good: ({ runs }) => runs.every(({ incomplete, completed }) => incomplete === 0 && completed > 0),
      }),
    )
}
