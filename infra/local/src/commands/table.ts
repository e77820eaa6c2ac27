import type { Demo } from '../first-steps.ts'
import type { StackState } from '../state.ts'

const rows = ({ infra, services }: StackState): [string, string][] => [
  ...Object.entries(services)
    .sort(([a], [b]) => (a === 'gateway' ? -1 : b === 'gateway' ? 1 : a.localeCompare(b)))
    .map(([name, { url }]): [string, string] => [name, url]),
  ...(infra.kafka ? [['kafka', `${infra.kafka.brokers}  (${infra.kafka.how})`] satisfies [string, string]] : []),
  ...(infra.postgres ? [['postgres', `${hidden(infra.postgres.url)}  (${infra.postgres.how})`] satisfies [string, string]] : []),
  ...(infra.redis ? [['redis', `${hidden(infra.redis.url)}  (${infra.redis.how})`] satisfies [string, string]] : []),
  ...(infra.tempo ? [['tempo', `${infra.tempo.url}  OTLP ${infra.tempo.otlpUrl}  (${infra.tempo.how})`] satisfies [string, string]] : []),
  ...(infra.prometheus ? [['prometheus', `${infra.prometheus.url}  (${infra.prometheus.how})`] satisfies [string, string]] : []),
]

const hidden = (url: string): string => url.replace(/:[^:@/]+@/, ':…@')

/** All addresses, the logins' place and what to try next. */
export const table = (state: StackState, demo: Demo | undefined): string => {
  const lines = rows(state).map(([name, address]) => `  ${name.padEnd(14)}${address}`)
  const order =
    demo === undefined
      ? []
      : [
          '',
          `Demo order ${demo.orderId}: ${demo.status} after ${demo.milliseconds} ms. Its story:`,
          `  npm run -s murmur -- trace ${demo.orderId}`,
        ]
  return [
    '',
    'Murmuration is up.',
    '',
    ...lines,
    '',
    'Logins (demo and administrator): .local/stack.json   Logs: .local/logs/   Stop: npm stop',
    ...order,
    '',
  ].join('\n')
}
