import { within } from '@murmuration/cli/within'
import { type Command, Option } from 'commander'
import { apartOption, loadOptions, progressTo, reporting } from '../commands/options.ts'
import { withStack } from '../setup/with-stack.ts'
import { type GrowthOptions, type GrowthReport, measureGrowth } from './run.ts'

const about = `
An own stack is brought to saturation with empty tables; then the rows that this left in all services' databases, inboxes too, are multiplied set by
set until there are --orders finished orders more; then the same load again, without a restart.
ratio = sagasPerSecond full / empty. cpuRatio = CPU per saga empty / full, which other load on the machine disturbs less.

Exit codes: 0 ratio or cpuRatio at least 0.9 and no saga lost; 1 less; 2 wrong usage; 3 could not be measured.
`

const good = ({ ratio, cpuRatio, empty, full }: GrowthReport): boolean =>
  Math.max(ratio, cpuRatio ?? 0) >= 0.9 && empty.incomplete + full.incomplete === 0

const text = ({ ratio, cpuRatio, orders, rows, databaseMb, empty, full }: GrowthReport): string =>
  [
    `${full.sagasPerSecond} sagas/s with ${orders} finished orders (${rows} rows, ${databaseMb} MB), ${empty.sagasPerSecond} without: ratio ${ratio}`,
    `CPU per saga ${full.cpuMsPerSaga} ms, ${empty.cpuMsPerSaga} ms without (ratio ${cpuRatio}), of which PostgreSQL ${full.postgresCpuMsPerSaga} ms and ${empty.postgresCpuMsPerSaga} ms`,
  ].join('\n')

/** `npm run bench -- growth` */
export function addGrowth(program: Command): void {
  const command = program.command('growth').description('what a saga costs when the tables are full, against empty ones')
  for (const option of [...loadOptions(20), apartOption()]) command.addOption(option)
  command
    .addOption(new Option('--orders <n>', 'finished orders in the tables').default(1_000_000).argParser(within(1, 100_000_000, true)))
    .addHelpText('after', about)
    .action((options: GrowthOptions) =>
      reporting(options.json, () => withStack(options, (subject) => measureGrowth(subject, options, progressTo(process.stderr))), {
        text,
        good,
      }),
    )
}
