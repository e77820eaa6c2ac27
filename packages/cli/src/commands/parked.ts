import { EXIT } from '../errors.ts'
import { paint, type Result, tableOf } from '../output.ts'
import { listParked, type Parked, parkingServices, showParked } from '../stack/parking.ts'
import type { Stack } from '../stack/stack.ts'

interface ListOptions {
  readonly service?: string
  readonly key?: string
  readonly limit?: number
}

/** `murmur parked list`. Exit 0 also when there are some; 3 when a service did not answer. */
export async function list(stack: Stack, { service, key, limit }: ListOptions): Promise<Result> {
  const { found, silent } = await listParked(stack, parkingServices(stack, service), { key, limit })
  // Headers and bodies are for `show`.
  const json = found.map(({ headers: _headers, body: _body, ...rest }) => rest)
  const rows = found.map((parked) =>
    ['parkedAt', 'service', 'id', 'eventType', 'key', 'reason', 'detail'].map((name) => String(parked[name] ?? '')),
  )
  const text =
    rows.length === 0 ? 'nothing is parked' : tableOf([['parked at', 'service', 'id', 'event', 'key', 'reason', 'detail'], ...rows])
  return { json, text, exitCode: silent.length === 0 ? EXIT.ok : EXIT.unreachable }
}

/** `murmur parked show` */
export async function show(stack: Stack, id: string, { service }: { service?: string }): Promise<Result> {
  const found = await showParked(stack, parkingServices(stack, service), id)
  return { json: found, text: found.map(describe).join('\n\n') }
}

function describe({ service, id, headers, body, ...rest }: Parked): string {
  const fields = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined)
  const inner = Object.entries((headers ?? {}) as Record<string, unknown>)
  return [
    `${paint('bold', id)} at ${service}`,
    ...fields.map(([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    '  headers:',
    ...inner.map(([name, value]) => `    ${name}: ${String(value)}`),
    `  body: ${typeof body === 'string' ? body : JSON.stringify(body)}`,
  ].join('\n')
}
