import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fetchablePort, isFetchableUrl } from '@murmuration/http/fetchable'
import { unreachable, usage } from '../errors.ts'
import { type JsonObject, objectOf, parseJson, textOf } from '../json.ts'

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../../../..')

export interface Account {
  readonly email: string
  readonly password: string
}

/** Where everything is. What is not known is undefined; `need` turns that into an error that says what to do. */
export interface Stack {
  /** The file that it was read from; undefined when the environment alone says it. */
  readonly file: string | undefined
  /** Folder for what `murmur` itself keeps (tokens). */
  readonly folder: string
  readonly brokers: readonly string[] | undefined
  readonly postgres: string | undefined
  readonly redis: string | undefined
  readonly tempo: string | undefined
  readonly otlp: string | undefined
  readonly prometheus: string | undefined
  /** Base URL by service, the gateway and the provider simulator included. */
  readonly services: Readonly<Record<string, string>>
  /** The process that a service runs in, by service; its log is called so. */
  readonly hosts: Readonly<Record<string, string>>
  readonly admin: Account | undefined
  readonly demo: Account | undefined
}

/**
 * Reads `.local/stack.json`, or `file`, or what MURMUR_STACK names. The environment wins over it: KAFKA_BROKERS, POSTGRES_URL, REDIS_URL, TEMPO_URL,
 * OTEL_EXPORTER_OTLP_ENDPOINT, PROMETHEUS_URL, `<SERVICE>_URL`, ADMIN_EMAIL and ADMIN_PASSWORD, DEMO_EMAIL and DEMO_PASSWORD.
 */
export function readStack(file: string | undefined, env: NodeJS.ProcessEnv = process.env): Stack {
  const named = file ?? env['MURMUR_STACK']
  const path = resolve(named ?? join(root, '.local/stack.json'))
  const found = existsSync(path)
  if (named !== undefined && !found)
    throw usage(`there is no ${named}`, 'Give the stack.json that `npm start` wrote, e.g. --stack .local/stack.json')
  const content = found ? objectOf(parseJson(readFileSync(path, 'utf8'), path)) : {}
  const stack = { file: found ? path : undefined, folder: dirname(path), ...addresses(content, env) }
  const { tempo, otlp, prometheus, services } = stack
  for (const [name, url] of Object.entries({ ...services, Tempo: tempo, 'the trace collector': otlp, Prometheus: prometheus }))
    if (url !== undefined && !isFetchableUrl(url)) throw usage(`${name} at ${url}: expected ${fetchablePort}`)
  return stack
}

function addresses(content: JsonObject, env: NodeJS.ProcessEnv): Omit<Stack, 'file' | 'folder'> {
  const infra = objectOf(content['infra'])
  const of = (name: string, field = 'url') => textOf(objectOf(infra[name])[field])
  const services: Record<string, string> = {}
  const hosts: Record<string, string> = {}
  for (const [name, service] of Object.entries(objectOf(content['services']))) {
    const { url, host } = objectOf(service)
    if (typeof url === 'string') services[name] = url
    hosts[name] = textOf(host) ?? name
  }
  // A comma list names several instances of a service; the first one speaks for all.
  for (const [name, urls] of Object.entries(env)) {
    const service = /^(GATEWAY|USER|PRODUCT|ORDER|PAYMENT|INVENTORY|RISK|CHANNEL|NOTIFICATION|PROVIDER)_URL$/.exec(name)?.[1]
    const url = urls?.split(',')[0]?.trim()
    if (service !== undefined && url) services[service.toLowerCase()] = url.replace(/\/$/, '')
  }
  return {
    brokers: (env['KAFKA_BROKERS'] ?? of('kafka', 'brokers'))?.split(',').map((broker) => broker.trim()),
    postgres: env['POSTGRES_URL'] ?? of('postgres'),
    redis: env['REDIS_URL'] ?? of('redis'),
    tempo: env['TEMPO_URL'] ?? of('tempo'),
    otlp: env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? of('tempo', 'otlpUrl'),
    prometheus: env['PROMETHEUS_URL'] ?? of('prometheus'),
    services,
    hosts,
    admin: accountOf(env['ADMIN_EMAIL'], env['ADMIN_PASSWORD']) ?? accountIn(content['admin']),
    demo: accountOf(env['DEMO_EMAIL'], env['DEMO_PASSWORD']) ?? accountIn(content['demo']),
  }
}

const accountOf = (email: string | undefined, password: string | undefined): Account | undefined =>
  email === undefined || password === undefined ? undefined : { email, password }
const accountIn = (value: unknown): Account | undefined => accountOf(textOf(objectOf(value)['email']), textOf(objectOf(value)['password']))

type Address = 'brokers' | 'tempo' | 'otlp'
const names: Readonly<Record<Address, readonly [what: string, variable: string]>> = {
  brokers: ['Kafka', 'KAFKA_BROKERS'],
  tempo: ['Tempo', 'TEMPO_URL'],
  otlp: ['the trace collector', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
}

/** The address of a part of the infrastructure. Exit 3 when it is not known. */
export function need<Name extends Address>(stack: Pick<Stack, Name | 'file'>, name: Name): NonNullable<Stack[Name]> {
  const value = stack[name]
  if (value !== undefined) return value
  const [what, variable] = names[name]
  throw unreachable(
    stack.file === undefined ? `no stack is running here, and ${variable} is not set` : `${stack.file} does not say where ${what} is`,
    `Start one with \`npm start -- --detach\`, or set ${variable}.`,
  )
}

/** The base URL of a service. Exit 3 when it is not known. */
export function serviceUrl(stack: Stack, name: string): string {
  const url = stack.services[name]
  if (url !== undefined) return url
  const variable = `${name.toUpperCase()}_URL`
  throw unreachable(
    stack.file === undefined ? `no stack is running here, and ${variable} is not set` : `the stack has no ${name}`,
    `Start one with \`npm start -- --detach\`, or set ${variable}.`,
  )
}

/** Where a service's process logs, from the checkout's root. */
export const logFile = ({ hosts }: Pick<Stack, 'hosts'>, service: string): string => `.local/logs/${hosts[service] ?? service}.log`
