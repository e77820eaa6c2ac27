import type { LogMessage, ParkedEntry } from '@murmuration/choreography/ports'
import { wireOf } from '@murmuration/choreography/ports'

/** A parked message must be kept to the byte: what an operator replays is what its producer wrote. */
export function* notKept(
  service: string,
  parked: readonly ParkedEntry[],
  records: (topic: string) => readonly LogMessage[],
): Generator<string> {
  for (const entry of parked) {
    const { id, topic, partition, offset } = entry
    if (topic === null) continue
    const message = records(topic).find((one) => one.partition === partition && one.offset === offset)
    if (message !== undefined && textOf(entry) !== textOf({ body: message.value, wire: base64Of(message) }))
      yield `${service} has parked ${id} and kept other bytes than it has`
  }
}

const textOf = ({ wire, body }: Pick<ParkedEntry, 'wire' | 'body'>): string => JSON.stringify([wire, body?.toString('base64') ?? null])

function base64Of(message: LogMessage): ParkedEntry['wire'] {
  const { key, headers } = wireOf(message)
  return {
    key: key?.toString('base64') ?? null,
    headers: headers.map(([name, value]) => [name.toString('base64'), value?.toString('base64') ?? null] as const),
  }
}
