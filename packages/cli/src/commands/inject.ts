import { type EventKind, eventByType } from '@murmuration/contracts'
import kafkajs from 'kafkajs'
import { messageOf as reasonOf, usage } from '../errors.ts'
import { timeOfId } from '../ids.ts'
import { earlier } from '../inject/earlier.ts'
import { withFreshIds } from '../inject/fresh.ts'
import { type InjectedMessage, type InjectOptions, messageOf, type Source } from '../inject/message.ts'
import { exportOrigin } from '../inject/origin-span.ts'
import { listOf, objectOf, parseJson, readJson, textOf } from '../json.ts'
import { kafkaFailure, kafkaOf } from '../kafka/client.ts'
import type { Place } from '../kafka/read.ts'
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

/** `murmur inject`; without a type, all events of a file. */
export async function inject(stack: Stack, type: string | undefined, options: Options): Promise<Result> {
  const startMs = Date.now()
  const messages = type === undefined ? allOf(options) : [messageOf(kindOf(type), await sourceOf(kindOf(type), options), options)]
  const written = await produce(stack, messages, options.times ?? 1)
  const results: Result[] = []
  for (const [index, message] of messages.entries()) {
    const places = written[index] ?? []
    await exportSpan(stack, message, startMs)
    results.push(resultOf(message, places, await before(stack, message, places[0], startMs)))
  }
  const [first] = results
  if (type !== undefined && first !== undefined) return first
  return { json: results.map(({ json }) => json), text: results.map(({ text }) => text).join('\n') }
}

function resultOf(message: InjectedMessage, places: readonly Place[], { sameId, sameSaga }: Before): Result {
  const { type, id, idFrom, sagaId, key, topic, headers } = message
  const [first] = places
  const origin = { option: '--id', file: "the file's", new: 'new' }[idFrom]
  const duplicate =
    sameId[0] === undefined
      ? []
      : [`  ! a duplicate: ${placeOf(sameId[0])} has the same id, and an id is handled once (with another body it is parked)`]
  const known =
    sameSaga[0] === undefined
      ? []
      : [`  ! this saga has had ${sameSaga.length} ${type} before (${placeOf(sameSaga[0])}): what is known already has no effect`]
  const advice = duplicate.length + known.length === 0 ? [] : ['  → --fresh gives it ids of its own.']
  const lines = [
    `${type} written to ${topic}: ${places.map(({ partition, offset }) => `partition ${partition}, offset ${offset}`).join('; ')}`,
    `  id   ${id} (${origin})`,
    `  saga ${sagaId}${key === sagaId ? '' : ` (key ${key})`}`,
    ...duplicate,
    ...known,
    ...advice,
  ]
  return {
    json: {
      event: type,
      topic,
      partition: first?.partition,
      offset: first?.offset,
      id,
      idFrom,
      sagaId,
      key,
      traceparent: headers['traceparent'] ?? null,
      written: places.map(({ partition, offset }) => ({ partition, offset })),
      sameId,
      sameSaga,
    },
    text: lines.join('\n'),
  }
}

const placeOf = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`

type Before = Awaited<ReturnType<typeof earlier>>
const nothing: Before = { sameId: [], sameSaga: [] }

async function before(stack: Stack, message: InjectedMessage, place: Place | undefined, startMs: number): Promise<Before> {
  // A saga that was made just now has no past, and neither has its new event.
  const isNew = message.idFrom === 'new' && (timeOfId(message.sagaId) ?? 0) >= startMs
  if (isNew || place === undefined) return nothing
  try {
    return await earlier(stack, message, place)
  } catch (error) {
    note(`murmur: it is written; whether it is a duplicate could not be seen (${reasonOf(error)})`)
    return nothing
  }
}

/** All events of a file as `murmur events` prints them, in its order. */
function allOf(options: Options): readonly InjectedMessage[] {
  const { data, raw, id, key, set, file } = options
  if ([data, raw, id, key, set].some((each) => each !== undefined))
    throw usage('--data, --raw, --id, --key and --set are for one event: name it', 'E.g. `murmur inject OrderPlaced --data …`.')
  if (file === undefined) throw usage('say which event, or give a --file of events as `murmur events --json` prints them')
  const content = freshened(readJson(file), undefined, options)
  const events = listOf(Array.isArray(content) ? content : [content]).map(objectOf)
  if (events.length === 0) throw usage(`${file} holds no events`)
  return events.map((event, index) => {
    const type = textOf(event['type'])
    if (type === undefined || event['data'] === undefined)
      throw usage(`element ${index} of ${file} is no event as \`murmur events --json\` prints it`, 'For plain data, name its event.')
    return messageOf(kindOf(type), { file: event }, options)
  })
}

const freshened = (content: unknown, kind: EventKind | undefined, { fresh }: Options): unknown =>
  fresh === true ? withFreshIds(content, kind) : content

async function sourceOf(kind: EventKind, options: Options): Promise<Source> {
  const { data, file, raw, set, fresh } = options
  if ([data, file, raw].filter((each) => each !== undefined).length > 1) throw usage('only one of --data, --file and --raw makes sense')
  if (raw !== undefined && set !== undefined) throw usage('--set changes data, and --raw bytes have none')
  if (raw !== undefined && fresh === true) throw usage('--fresh changes ids in data, and --raw bytes have none', 'Give --saga new.')
  if (raw !== undefined) return { raw }
  if (data !== undefined) return { data: freshened(parseJson(data, '--data'), kind, options) }
  if (file !== undefined) return { file: freshened(readJson(file), kind, options) }
  const { exampleOf } = await import('@murmuration/contracts/examples')
  return { example: exampleOf(kind) }
}

/** Writes each message so many times; where each came to lie. */
async function produce(stack: Stack, messages: readonly InjectedMessage[], times: number): Promise<readonly (readonly Place[])[]> {
  // The partitioner of the services' own producers: a saga's events lie in one partition, whoever writes them.
  const producer = kafkaOf(stack).producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  try {
    await producer.connect()
    const written: Place[][] = []
    for (const { topic, key, headers, body } of messages) {
      const places: Place[] = []
      for (let time = 0; time < times; time++)
        for (const { partition, baseOffset } of await producer.send({ topic, acks: -1, messages: [{ key, headers, value: body }] }))
          places.push({ topic, partition, offset: baseOffset ?? '?' })
      written.push(places)
    }
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
