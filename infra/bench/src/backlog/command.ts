import { within } from '@murmuration/cli/within'
import { type Command, Option } from 'commander'
import { apartOption, loadOptions, progressTo, reporting } from '../commands/options.ts'
import { withStack } from '../setup/with-stack.ts'
import { type BacklogOptions, type BacklogReport, measureBacklog } from './run.ts'

const about = `
After a phase of saturation the services that a saga goes through are ended, and so many orders are written to their topic that their sagas come to
--events events (11 each); then the services come back. The rate counts from when all of them are ready. Memory of each process is looked at once a
second; bounded = no service's peak in the second half of the time is more than a tenth above that in the first.

Exit codes: 0 all sagas were confirmed, memory is bounded and the rate at least that of saturation; 1 not so; 2 wrong usage; 3 could not be measured.
`

const good = ({ bounded, ratio, incomplete, cancelled }: BacklogReport): boolean => bounded && ratio >= 1 && incomplete + cancelled === 0

const text = (report: BacklogReport): string =>
  [
    `${report.events} events of ${report.sagas} sagas drained in ${report.seconds} s: ${report.sagasPerSecond} sagas/s, ${report.eventsPerSecond} events/s`,
    `saturation: ${report.saturationPerSecond} sagas/s, ratio ${report.ratio}`,
    `memory: ${report.bounded ? 'bounded' : `still growing in ${report.unbounded.join(', ')}`}; peaks ${Object.entries(report.rssMb)
      .map(([name, curve]) => `${name} ${Math.max(...curve)} MB`)
      .join(', ')}`,
    ...(report.incomplete + report.cancelled > 0 ? [`NOT GOOD: ${report.incomplete} did not end, ${report.cancelled} were cancelled`] : []),
  ].join('\n')

/** `npm run bench -- backlog` */
export function addBacklog(program: Command): void {
  const command = program.command('backlog').description('how quickly, and in how much memory, waiting events are worked off')
  for (const option of [...loadOptions(20), apartOption()]) command.addOption(option)
  command
    .addOption(new Option('--events <n>', 'events of the waiting sagas').default(200_000).argParser(within(11, 100_000_000, true)))
    .addHelpText('after', about)
    .action((options: BacklogOptions) =>
      reporting(options.json, () => withStack(options, (subject) => measureBacklog(subject, options, progressTo(process.stderr))), {
        text,
        good,
      }),
    )
}
