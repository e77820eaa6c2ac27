import type { Command } from 'commander'
import { type LoadOptions, loadOptions, progressTo, reporting } from '../commands/options.ts'
import { withStack } from '../setup/with-stack.ts'
import { isGood, textOf } from './report.ts'
import { measurePeers, rates } from './run.ts'

const about = `
The same order saga on a peer, in the same run on the same PostgreSQL, after ours has ended:
  ours   as \`bench sagas\` measures it, with ${rates.join(' and ')}/s offered: eight services, Kafka, HTTP, from the POST until the notification
  DBOS   DBOS Transact (npm, PostgreSQL only): one workflow of six durable steps in one process, which is its own client: no HTTP, no broker, no tracing.
         reserve stock, initiate payment, assess risk, authorise and capture (the provider answers at once), commit stock, confirm. They write the same
         rows by the same statements as \`bare\`; each step's writes are a transaction, and so is each of DBOS's own records.
Phases of both: 6 s of warming up, each rate for a third of --seconds (times count from when an order was due), then for --seconds as fast as --clients
go: of DBOS in a closed loop, each with one workflow at a time; of ours as \`bench sagas --help\` says.
The peer's packages are installed by this command alone, from infra/bench/peers into the user's cache, on first use.

Exit codes: 0 every saga ended confirmed; 1 one did not; 2 wrong usage; 3 could not be measured.
`

/** `npm run bench -- peers` */
export function addPeers(program: Command): void {
  const command = program.command('peers').description('the same saga on DBOS Transact, in the same run on the same PostgreSQL')
  for (const option of loadOptions(30)) command.addOption(option)
  command.addHelpText('after', about).action((options: LoadOptions) =>
    reporting(options.json, () => withStack(options, (subject) => measurePeers(subject, options, progressTo(process.stderr))), {
      text: textOf,
      good: isGood,
    }),
  )
}
