import { type EventKind, eventByType } from '@murmuration/contracts'
import kafkajs from 'kafkajs'
import { usage } from '../errors.ts'
import { type InjectedMessage, type InjectOptions, messageOf, type Source } from '../inject/message.ts'
import { exportOrigin } from '../inject/origin-span.ts'
import { parseJson, readJson } from '../json.ts'
import { kafkaFailure, kafkaOf } from '../kafka/client.ts'
import { note, type Result } from '../output.ts'
import type { Stack } from '../stack/stack.ts'

interface Options extends InjectOptions {
  readonly data?: string
  readonly file?: string
  readonly raw?: string
  readonly times?: number
}

/** The kind of event that a user names. Exit 2 when there is none, with what comes close. */
export function kindOf(type: string): EventKind {
  const kind = eventByType.get(type)
  if (kind !== undefined) return kind
  const wanted = type.toLowerCase()
  const all = [...eventByType.keys()]
  const close = all.filter((name) => name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()))
  throw usage(`there is no event ${type}`, `There ${close.length === 1 ? 'is' : 'are'}: ${(close.length > 0 ? close : all).join(', ')}.`)
}

/** `murmur inject` */
export async function inject(stack: Stack, type: string, options: Options): Promise<Result> {
  const kind = kindOf(type)
  const message = messageOf(kind, await sourceOf(kind, options), options)
  const startMs = Date.now()
  const written = await produce(stack, message, options.times ?? 1)
  const { id, idFrom, sagaId, key, topic, headers } = message
  await exportSpan(stack, message, startMs)
  const places = written.map(({ partition, offset }) => `partition ${partition}, offset ${offset}`).join('; ')
  const origin = { option: '--id', file: "the file's", new: 'new' }[idFrom]
  const text = `${type} written to ${topic}: ${places}\n  id   ${id} (${origin})\n  saga ${sagaId}${key === sagaId ? '' : ` (key ${key})`}`
  return {
    json: { event: type, topic, ...written[0], id, idFrom, sagaId, key, traceparent: headers['traceparent'] ?? null, written },
    text,
  }
}

async function sourceOf(kind: EventKind, { data, file, raw, set }: Options): Promise<Source> {
  if ([data, file, raw].filter((each) => each !== undefined).length > 1) throw usage('only one of --data, --file and --raw makes sense')
  if (raw !== undefined && set !== undefined) throw usage('--set changes data, and --raw bytes have none')
  if (raw !== undefined) return { raw }
  if (data !== undefined) return { data: parseJson(data, '--data') }
  if (file !== undefined) return { file: readJson(file) }
  const { exampleOf } = await import('@murmuration/contracts/examples')
  return { example: exampleOf(kind) }
}

interface Written {
  readonly partition: number
  readonly offset: string
}

async function produce(stack: Stack, { topic, key, headers, body }: InjectedMessage, times: number): Promise<readonly Written[]> {
  // The partitioner of the services' own producers: a saga's events lie in one partition, whoever writes them.
  const producer = kafkaOf(stack).producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  const written: Written[] = []
  try {
    await producer.connect()
    for (let time = 0; time < times; time++)
      for (const { partition, baseOffset } of await producer.send({ topic, acks: -1, messages: [{ key, headers, value: body }] }))
        written.push({ partition, offset: baseOffset ?? '?' })
    return written
  } catch (error) {
    throw kafkaFailure(stack, error)
  } finally {
    await producer.disconnect().catch(() => {})
  }
}

async function exportSpan(stack: Stack, message: InjectedMessage, startMs: number): Promise<void> {
  if (message.origin === undefined || stack.otlp === undefined) return
  const taken = await exportOrigin(stack.otlp, message, startMs, Date.now())
  if (!taken) note(`murmur: the trace collector at ${stack.otlp} did not take the injection's span; the event itself is written`)
}
