import { type Origin, type Started, startProcessSpan } from '@murmuration/telemetry'
import { context as contextApi, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api'
import type { Opened, Reader } from '../envelope.ts'
import { logMessage, wireOf } from '../log-message.ts'
import type { LogMessage, ParkedMessage, PendingEffect } from '../ports.ts'
import type { Concluded, ErasedCommand, ErasedRules, Fired } from '../reaction.ts'
import type { ServiceDefinition } from '../service.ts'
import { startOperation } from './operation.ts'
import type { Tracing } from './tracing.ts'
import type { Outcome, Parkable, Work } from './work.ts'

type Settle = (outcome: Outcome) => void

/** Looks up a service's reactions, and turns what comes from outside into works. */
export interface WorkMaker {
  /** Undefined for a message that the service does not react to. */
  message(message: LogMessage, settle?: Settle, again?: ParkedMessage): Work | undefined
  timer(fired: Fired, origin: Origin, settle?: Settle, again?: ParkedMessage): Work
  command(command: ErasedCommand, input: unknown, settle: Settle): Work
  conclusion(effect: PendingEffect, result: unknown, settle?: Settle, again?: ParkedMessage): Work
  /** A parked or deferred message once more; undefined when the service no longer reacts to it. */
  again(parked: ParkedMessage, settle: Settle): Work | undefined
}

const nothing: Settle = () => {}
const noRules: ErasedRules = {
  emits: [],
  arms: [],
  undoes: [],
  span: undefined,
  reads: () => ({}),
  readsThen: undefined,
  decide: () => ({}),
}

export function workMaker(
  { name: service, group, reactions, timers = [] }: ServiceDefinition,
  { tracing, reader: { open, digestOf } }: { readonly tracing: Tracing; readonly reader: Reader },
): WorkMaker {
  const once = (start: Start) => onceFor(tracing, start)
  const byType = new Map(reactions.map((reaction) => [reaction.event.type, reaction]))
  const byTimer = new Map(timers.map((timer) => [timer.timer, timer]))
  const byEffect = new Map(
    reactions.flatMap((reaction) => (reaction.kind === 'perform' ? [[reaction.effect, reaction.conclusion] as const] : [])),
  )

  const found = <Value>(map: ReadonlyMap<string, Value>, key: string): Value => {
    const value = map.get(key)
    if (value === undefined) throw new Error(`${service} has nothing that handles ${key}`)
    return value
  }

  /** No message may stop its lane, whatever reading it comes to. */
  const openSafely = (message: LogMessage): Opened => {
    try {
      return open(message)
    } catch (error) {
      return { refused: 'malformed', detail: `it could not be read: ${(error as Error).message}` }
    }
  }

  const maker: WorkMaker = {
    message(message, settle = nothing, again) {
      const { type } = message
      const reaction = type === undefined ? undefined : byType.get(type)
      if (type !== undefined && reaction === undefined) return undefined
      const opened = openSafely(message)
      if ('skipped' in opened) return undefined
      const event = 'event' in opened ? opened.event : undefined
      const { key } = message
      const refusal = 'event' in opened ? undefined : { reason: opened.refused, detail: opened.detail }
      return {
        name: type ?? 'unknown',
        rules: refusal === undefined && reaction !== undefined ? reaction : noRules,
        input: event,
        sagaId: event?.sagaId ?? key ?? '',
        causationId: event?.id,
        ticket: again
          ? { by: 'parked', id: again.id }
          : event === undefined
            ? { by: 'itself' }
            : { by: 'event', id: event.id, digest: digestOf(message) },
        behind: key,
        effect: event !== undefined && reaction?.kind === 'perform' ? reaction.effect : undefined,
        refusal,
        trace: once((startTime, batchSize, force) =>
          startProcessSpan({
            topic: message.topic,
            partition: message.partition,
            offset: message.offset === '' ? undefined : message.offset,
            handedOver: message.offset === '',
            group,
            origin: message.headers,
            key: key ?? undefined,
            sagaId: event?.sagaId ?? key ?? undefined,
            messageId: event?.id ?? message.headers['ce_id'],
            eventType: message.headers['ce_type'],
            failedAttempt: again?.origin.attempt,
            startTime,
            batchSize: batchSize > 1 ? batchSize : undefined,
            force,
          }),
        ),
        parkable: () => parkableMessage(message, again),
        settle,
      }
    },
    timer(fired, origin, settle = nothing, again) {
      const rules = found(byTimer, fired.timer)
      const name = `timer ${fired.timer}`
      return {
        name,
        rules,
        input: fired,
        sagaId: fired.sagaId,
        causationId: undefined,
        ticket: again ? { by: 'parked', id: again.id } : { by: 'timer', name: fired.timer },
        behind: null,
        effect: undefined,
        refusal: undefined,
        trace: once((startTime, _size, force) =>
          startOperation(name, { sagaId: fired.sagaId, origin, failedAttempt: again?.origin.attempt, root: true, startTime, force }),
        ),
        parkable: () => parkable('timer', `timer/${fired.sagaId}/${fired.timer}`, fired.sagaId, name, fired, origin, again),
        settle,
      }
    },
    command(command, input, settle) {
      const sagaId = command.saga(input)
      const started = tracing.start(callers)
      return {
        name: command.name,
        rules: command,
        input,
        sagaId,
        causationId: undefined,
        ticket: { by: 'itself' },
        behind: null,
        effect: undefined,
        refusal: undefined,
        trace: () => started,
        parkable: undefined,
        settle,
      }
    },
    conclusion(effect, result, settle = nothing, again) {
      const { name, sagaId, request, origin, causationId } = effect
      const input: Concluded = { sagaId, request, result }
      return {
        name: `effect ${name}`,
        rules: found(byEffect, name),
        input,
        sagaId,
        causationId,
        ticket: again ? { by: 'parked', id: again.id } : { by: 'effect', id: effect.id },
        behind: null,
        effect: undefined,
        refusal: undefined,
        trace: once((startTime, _size, force) =>
          startOperation(`conclude ${name}`, { sagaId, origin, failedAttempt: again?.origin.attempt, root: false, startTime, force }),
        ),
        parkable: () => parkable('conclusion', `effect/${effect.id}`, sagaId, `effect ${name}`, { effect, result }, origin, again),
        settle,
      }
    },
    again(parked, settle) {
      const body = () => JSON.parse((parked.body ?? Buffer.from('{}')).toString('utf8')) as unknown
      if (parked.kind === 'timer') return maker.timer(body() as Fired, parked.origin, settle, parked)
      if (parked.kind === 'conclusion') {
        const { effect, result } = body() as { effect: PendingEffect; result: unknown }
        return maker.conclusion(effect, result, settle, parked)
      }
      return maker.message(messageOf(parked), settle, parked)
    },
  }
  return maker
}

/** The message as it lies in its parking place. */
export function messageOf(parked: ParkedMessage): LogMessage {
  const place = {
    topic: parked.topic ?? '',
    partition: parked.partition ?? 0,
    offset: parked.offset ?? '',
    value: parked.body,
    timestamp: Date.parse(parked.parkedAt),
  }
  const { key, wire, headers } = parked
  // Parked by a version that kept the text only.
  if (wire === null) return { ...place, key, headers, type: headers['ce_type'] }
  const pairs = wire.headers.map(([name, value]) => [Buffer.from(name, 'base64'), fromBase64(value)] as const)
  return logMessage({ ...place, key: fromBase64(wire.key), headers: () => pairs })
}

const fromBase64 = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'base64'))
const toBase64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null

type Start = (startTime: number, batchSize: number, force: boolean) => Started

/** Opens a span once for all attempts; a forced one replaces one that is not recorded. */
function onceFor(tracing: Tracing, start: Start): Work['trace'] {
  let started: Started | undefined
  return (startTime, batchSize, force) => {
    if (started === undefined || (force && !started.span.isRecording())) started = tracing.start(() => start(startTime, batchSize, force))
    return started
  }
}

/** A command runs inside the request's span, which is its origin; nothing is opened for it here. */
function callers(): Started {
  const context = contextApi.active()
  return { span: unended(trace.getSpan(context) ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT)), context }
}

/** The request's own span is ended by the HTTP server, not by the batch. */
const unended = (span: Span): Span =>
  new Proxy(span, { get: (target, name) => (name === 'end' ? () => {} : Reflect.get(target, name).bind(target)) })

const ORIGIN_HEADERS = ['traceparent', 'tracestate', 'baggage'] as const

function parkableMessage(message: LogMessage, again: ParkedMessage | undefined): Parkable {
  const origin: Origin = {}
  for (const name of ORIGIN_HEADERS) if (message.headers[name] !== undefined) origin[name] = message.headers[name]
  const { key, headers } = wireOf(message)
  return {
    id: again?.id ?? `${message.topic}/${message.partition}/${message.offset || message.id}`,
    kind: 'message',
    key: message.key,
    topic: message.topic,
    partition: message.partition,
    offset: message.offset === '' ? null : message.offset,
    eventId: message.headers['ce_id'] ?? null,
    eventType: message.headers['ce_type'] ?? null,
    headers: message.headers,
    wire: { key: toBase64(key), headers: headers.map(([name, value]) => [name.toString('base64'), toBase64(value)] as const) },
    body: message.value,
    origin,
    attempts: again?.attempts ?? 0,
  }
}

const parkable = (
  kind: 'timer' | 'conclusion',
  id: string,
  key: string,
  eventType: string,
  body: unknown,
  origin: Origin,
  again: ParkedMessage | undefined,
): Parkable => ({
  id: again?.id ?? id,
  kind,
  key,
  topic: null,
  partition: null,
  offset: null,
  eventId: null,
  eventType,
  headers: {},
  wire: null,
  body: Buffer.from(JSON.stringify(body)),
  origin,
  attempts: again?.attempts ?? 0,
})
