import { randomBytes } from 'node:crypto'
import { dataschemaOf, type EventKind } from '@murmuration/contracts'
import { refused, usage } from '../errors.ts'
import { newId } from '../ids.ts'
import { type JsonObject, objectOf, textOf } from '../json.ts'
import { withFields } from './fields.ts'

export interface InjectOptions {
  readonly id?: string
  readonly saga?: string
  readonly key?: string
  readonly set?: readonly string[]
  readonly header?: readonly string[]
  /** New ids for all that the file's or the data's sagas have made. */
  readonly fresh?: boolean
  /** False with --no-trace. */
  readonly trace?: boolean
  /** False with --no-check. */
  readonly check?: boolean
}

/** Where the data comes from. */
export type Source = { readonly raw: string } | { readonly data: unknown } | { readonly file: unknown } | { readonly example: unknown }

/** The span context under which it is injected. */
export interface Origin {
  readonly traceId: string
  readonly spanId: string
}

export interface InjectedMessage {
  /** Of the event that it is made as; its headers may say another. */
  readonly type: string
  readonly topic: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly id: string
  readonly sagaId: string
  /** Where the id comes from: told by --id, the file's, or new. */
  readonly idFrom: 'option' | 'file' | 'new'
  readonly origin: Origin | undefined
}

/** Builds a CloudEvents message in binary mode from what the user gave. Throws usage errors, and exit 1 for data that its schema refuses. */
export function messageOf(kind: EventKind, source: Source, options: InjectOptions, now = new Date()): InjectedMessage {
  const { told, data } = read(source, kind)
  const sagaId = sagaOf(kind, source, data, options)
  const body = 'raw' in source ? source.raw : bodyOf(kind, keepsSaga(source, options) ? data : withSaga(kind, data, sagaId), options)
  const id = options.id ?? told.id ?? newId()
  const origin = options.trace === false ? undefined : { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: kind.type,
    ce_source: kind.source,
    ce_time: (options.fresh === true ? undefined : told.headers['ce_time']) ?? now.toISOString(),
    ce_dataschema: told.headers['ce_dataschema'] ?? dataschemaOf(kind),
    'content-type': 'application/json',
    ce_sagaid: sagaId,
    ...(told.headers['ce_causationid'] === undefined ? {} : { ce_causationid: told.headers['ce_causationid'] }),
    ...(origin === undefined ? {} : { traceparent: `00-${origin.traceId}-${origin.spanId}-01` }),
  }
  applyHeaders(headers, options.header ?? [])
  const idFrom = options.id !== undefined ? 'option' : told.id !== undefined && options.fresh !== true ? 'file' : 'new'
  return {
    type: kind.type,
    topic: kind.topic,
    key: options.key ?? sagaId,
    headers,
    body,
    id: headers['ce_id'] ?? id,
    sagaId,
    idFrom,
    origin,
  }
}

/** What a file says besides the data: only events printed by `murmur events` say anything. */
interface Told {
  readonly id: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

const nothingTold: Told = { id: undefined, headers: {} }

function read(source: Source, kind: EventKind): { told: Told; data: unknown } {
  if ('raw' in source) return { told: nothingTold, data: undefined }
  if ('data' in source) return { told: nothingTold, data: source.data }
  if ('example' in source) return { told: nothingTold, data: source.example }
  const file = Array.isArray(source.file) ? onlyOne(source.file, kind) : source.file
  const content = objectOf(file)
  // An event's data never has a field `data`, so this is an envelope.
  if (content['data'] === undefined) return { told: nothingTold, data: file }
  const headers = textsOf(objectOf(content['headers']))
  const type = textOf(content['type']) ?? headers['ce_type']
  if (type !== undefined && type !== kind.type)
    throw usage(`the file holds a ${type}, not a ${kind.type}`, `Did you mean \`murmur inject ${type}\`?`)
  return { told: { id: textOf(content['id']) ?? headers['ce_id'], headers }, data: content['data'] }
}

/** Of a list as `murmur events` prints it, the one event of this type. */
function onlyOne(list: readonly unknown[], kind: EventKind): unknown {
  const own = list.filter((event) => objectOf(event)['type'] === kind.type)
  if (own.length !== 1)
    throw usage(
      `the file holds ${own.length} events of type ${kind.type}, and one is expected`,
      `\`murmur events <saga> --type ${kind.type} --json\` prints them; keep one.`,
    )
  return own[0]
}

const textsOf = (values: JsonObject): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]))

function sagaOf(kind: EventKind, source: Source, data: unknown, { saga, key, check }: InjectOptions): string {
  if (saga === 'new' || (saga === undefined && 'example' in source)) return newId()
  const own = saga ?? textOf(objectOf(data)[kind.sagaField])
  if (own !== undefined) return own
  // Broken bytes say nothing of their saga: a key of their own lets them hold nobody else back.
  if ('raw' in source) return key ?? newId()
  // Only on purpose, with --no-check: a message that lacks even that.
  if (check === false) return newId()
  throw refused(`the data has no ${kind.sagaField}, which is the saga's id`, 'Put it into the data, or give --saga <id> (or --saga new).')
}

// Sent unchecked, data may even lack its saga's id on purpose.
const keepsSaga = (source: Source, { saga, check }: InjectOptions): boolean =>
  check === false && saga === undefined && !('example' in source)

/** The same object when it says its saga already: a file's data stays byte for byte what it was, so that the same id is the same message. */
function withSaga({ sagaField }: EventKind, data: unknown, sagaId: string): unknown {
  return objectOf(data)[sagaField] === sagaId ? data : { ...objectOf(data), [sagaField]: sagaId }
}

function bodyOf(kind: EventKind, data: unknown, { set = [], check }: InjectOptions): string {
  const changed = withFields(data, set)
  const errors = check === false ? [] : kind.validate(changed)
  if (errors.length > 0)
    throw refused(
      `the data is no ${kind.type}:\n${errors.map(({ field, expected }) => `    ${field || 'the data'}: expected ${expected}`).join('\n')}`,
      'Mend it, or send it all the same with --no-check (or as --raw) to see it parked.',
    )
  return JSON.stringify(changed)
}

function applyHeaders(headers: Record<string, string>, changes: readonly string[]): void {
  for (const change of changes) {
    const at = change.indexOf('=')
    if (at < 1) throw usage(`--header ${change}: name=value is expected`)
    const name = change.slice(0, at).toLowerCase()
    const value = change.slice(at + 1)
    if (value === '') delete headers[name]
    else headers[name] = value
  }
}
