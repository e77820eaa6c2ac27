import { within } from '@murmuration/cli/within'
import { ensureInfra, silent } from '@murmuration/local'
import { type Command, Option } from 'commander'
import { progressTo, reporting } from '../commands/options.ts'
import { type Client, clients, type Ideal, ideal } from './run.ts'

interface Options {
  readonly seconds: number
  readonly inFlight: number
  readonly client: Client
  readonly json: boolean
}

const about = `
One process does all services' steps of order sagas, batched by the runtime's own statements, and reads every event back from the broker before it
goes on: the same rows, topics, keys, headers and bodies, but no tracing, no validation, no HTTP and no process boundaries. What this shape can reach
at best on the machine. It uses the test infrastructure, with a database and topics of its own.

Exit codes: 0 measured; 2 wrong usage; 3 could not be measured.
`

async function measure({ seconds, inFlight, client }: Options): Promise<Ideal> {
  const { kafka, postgres } = await ensureInfra('test', silent)
  if (kafka === undefined || postgres === undefined) throw new Error('the test infrastructure has no Kafka or no PostgreSQL')
  return ideal(postgres.url, kafka.brokers, seconds, inFlight, client)
}

/** `npm run bench -- ideal` */
export const addIdeal = (program: Command): Command =>
  program
    .command('ideal')
    .description('the same batched statements and messages in one hand-written process')
    .addOption(new Option('--seconds <n>', 'how long, after 2 s of warming up').default(10).argParser(within(1, 3600, false)))
    .addOption(new Option('--in-flight <n>', 'open sagas').default(1_000).argParser(within(1, 100_000, true)))
    .addOption(new Option('--client <name>', 'Kafka client behind the port').choices(Object.keys(clients)).default('kafkajs'))
    .option('--json', 'print one JSON document', false)
    .addHelpText('after', about)
    .action((options: Options) => {
      progressTo(process.stderr)('ideal …')
      return reporting(options.json, () => measure(options), {
        text: ({ perSecond, cpuMsPerSaga }) => `${perSecond} sagas/s, ${cpuMsPerSaga} ms of this process’s CPU each`,
        good: ({ sagas }) => sagas > 0,
      })
    })
