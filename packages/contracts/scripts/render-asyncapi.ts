import { stringify } from 'yaml'
import { type EventSchema, nameOfRef, newest, rewrite, type Schema, type SchemaSet, urnOf, withoutNotes } from './schema-files.ts'
import type { Subscriptions } from './subscriptions.ts'

const messageName = (event: EventSchema, events: readonly EventSchema[]) =>
  newest(events).includes(event) ? event.name : `${event.name}V${event.version}`
const component = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })
const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more })

/** CloudEvents 1.0 in binary mode, our two extensions, and W3C trace context. */
const headers: Schema = {
  type: 'object',
  required: ['ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_specversion', 'ce_dataschema', 'content-type', 'ce_sagaid'],
  properties: {
    ce_specversion: { const: '1.0', description: 'Version of CloudEvents.' },
    ce_id: text('Id of the event; a consumer handles each id once.', { format: 'uuid' }),
    ce_type: text('Name of the event.'),
    ce_source: text('Service that alone may produce it.'),
    ce_time: text('When the transaction that emitted it ran, UTC.', { format: 'date-time' }),
    ce_dataschema: text('Schema and version of the data.'),
    'content-type': { const: 'application/json', description: 'Of the body.' },
    ce_sagaid: text('The saga; the same as the key of the message.'),
    ce_causationid: text('Id of the event whose reaction emitted this one; absent when a request or a timer did.'),
    ce_trigger: text('What emitted it where no event caused it: `command PlaceOrder`, `timer risk-deadline`.'),
    traceparent: text('W3C trace context of the span that emitted it: consumers link to it, they do not continue it.'),
    tracestate: text('W3C trace state.'),
    baggage: text('W3C baggage.'),
  },
}

/** The shared parts become components; beside a reference nothing else may stand, so a described one is wrapped. */
const forAsyncapi = (schema: Schema): Schema => {
  return rewrite(withoutNotes(schema, ['title', 'description']), ({ $ref, description, ...node }) => {
    if ($ref === undefined) return description === undefined ? node : { ...node, description }
    const reference = component('schemas', nameOfRef($ref))
    return description === undefined ? reference : { allOf: [reference], description }
  }) as Schema
}

const keyOf = ({ schema }: EventSchema): Schema => {
  const field = String(schema['x-saga-field'])
  return text(`The saga id: the data's ${field}. Messages of a saga keep their order.`)
}

const message = (event: EventSchema): Schema => {
  const { schema, name, service, id } = event
  const fixed = { ce_type: { const: name }, ce_source: { const: service }, ce_dataschema: { const: urnOf(id) } }
  return {
    name: `${name}.v${event.version}`,
    title: name,
    summary: schema['description'],
    ...(schema['x-unconsumed'] === undefined ? {} : { description: `No service consumes it: ${String(schema['x-unconsumed'])}` }),
    contentType: 'application/json',
    correlationId: { location: '$message.header#/ce_sagaid', description: 'The saga.' },
    headers: { allOf: [component('schemas', 'MessageHeaders'), { type: 'object', properties: fixed }] },
    payload: component('schemas', `${name}V${event.version}`),
    bindings: { kafka: { key: keyOf(event), bindingVersion: '0.5.0' } },
    examples: (schema['examples'] as unknown[]).map((payload) => ({ name: `${name}Example`, payload })),
  }
}

/** All topics, their messages, and which service sends and receives which, as AsyncAPI 3.0. */
export function renderAsyncapi({ events, common }: SchemaSet, subscriptions: Subscriptions): string {
  const services = [...new Set(events.map(({ service }) => service))]
  const named = (list: readonly EventSchema[]) => list.map((event) => messageName(event, events))
  const references = (service: string, list: readonly EventSchema[]) =>
    named(list).map((name) => ({ $ref: `#/channels/${service}/messages/${name}` }))
  const of = (service: string) => events.filter((event) => event.service === service)

  const channels = services.map((service): [string, Schema] => [
    service,
    {
      address: `${service}.events`,
      description: `Everything that ${service} tells the others. Keyed by saga id; only ${service} produces here.`,
      messages: Object.fromEntries(named(of(service)).map((name) => [name, component('messages', name)])),
      bindings: { kafka: { topic: `${service}.events`, partitions: 6, bindingVersion: '0.5.0' } },
    },
  ])
  const sends = services.map((service): [string, Schema] => [
    `${service}Sends`,
    {
      action: 'send',
      channel: { $ref: `#/channels/${service}` },
      summary: `${service} emits its events.`,
      messages: references(service, newest(of(service))),
    },
  ])
  const consumers = [...new Set(subscriptions.found.map(({ service }) => service))]
  const receives = consumers.flatMap((consumer) =>
    services.flatMap((service): [string, Schema][] => {
      const wanted = of(service).filter(({ name }) => subscriptions.found.some((one) => one.service === consumer && one.event === name))
      if (wanted.length === 0) return []
      const group = { type: 'string', enum: [subscriptions.groups.get(consumer) ?? consumer] }
      const operation = {
        action: 'receive',
        channel: { $ref: `#/channels/${service}` },
        summary: `${consumer} reacts to ${named(wanted).join(', ')}.`,
        messages: references(service, wanted),
        bindings: { kafka: { groupId: group, bindingVersion: '0.5.0' } },
      }
      return [[`${consumer}ReceivesFrom${service.charAt(0).toUpperCase()}${service.slice(1)}`, operation]]
    }),
  )
  const schemas = [
    ['MessageHeaders', headers],
    ...[...common].map(([name, schema]) => [name, forAsyncapi(schema)]),
    ...events.map((event) => [`${event.name}V${event.version}`, forAsyncapi(event.schema)]),
  ]
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Murmuration',
      version: '1.0.0',
      description:
        'The events by which the services of Murmuration choreograph their sagas. CloudEvents 1.0, binary mode, on Kafka; every message is keyed by its saga.',
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: 'localhost:9092', protocol: 'kafka', description: 'The local stack; `.local/stack.json` says the real address.' },
    },
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries([...sends, ...receives]),
    components: {
      messages: Object.fromEntries(events.map((event) => [messageName(event, events), message(event)])),
      schemas: Object.fromEntries(schemas),
    },
  }
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 140 })
}
