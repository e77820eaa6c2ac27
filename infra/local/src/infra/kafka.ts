import { mkdir, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { writeWhole } from '../files.ts'
import { cachedFolder } from '../install/cached.ts'
import { run } from '../install/run.ts'
import { systemTool } from '../install/tools.ts'
import { repositoryRoot } from '../paths.ts'
import { launch } from '../process/launch.ts'
import { type Address, type Component, portOf } from './component.ts'
import { kafkaProperties, proxiedListeners } from './kafka-properties.ts'

const jars = (cache: string, note: (text: string) => void): Promise<string> =>
  cachedFolder(cache, 'kafka-4.3.0', async (folder) => {
    note('fetching the jars through Maven')
    const maven = await systemTool('mvn', 'maven')
    const pom = join(repositoryRoot, 'infra', 'local', 'kafka', 'pom.xml')
    await run(maven, ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'], {
      cwd: folder,
    })
  })

const java = (): Promise<string> => systemTool('java', 'openjdk-17-jre-headless')

type Format = { program: string; libs: string; properties: string; folder: string; note: (text: string) => void }

const format = async ({ program, libs, properties, folder, note }: Format): Promise<void> => {
  const files: string[] = await readdir(join(folder, 'log')).catch(() => [])
  if (files.includes('meta.properties')) return
  note('formatting')
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', join(libs, '*'), 'kafka.tools.StorageTool']
  const id = (await run(program, [...tool, 'random-uuid'])).trim().split('\n').at(-1) ?? ''
  await run(program, [...tool, 'format', '-t', id, '-c', properties, '--ignore-formatted'])
}

// ApiVersions, version 0: the smallest request that only a Kafka broker answers.
const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff])

const speaksKafka = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 })
    const done = (good: boolean) => {
      socket.destroy()
      resolve(good)
    }
    socket.once('connect', () => socket.write(apiVersions))
    socket.once('data', (data) => done(data.length >= 8 && data.readInt32BE(4) === 7))
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => done(false))
  })

const firstBroker = (address: Address): { host: string; port: number } => {
  const { hostname, port } = new URL(`kafka://${(address['brokers'] ?? '').split(',')[0]}`)
  return { host: hostname, port: Number(port) }
}

export const kafka: Component = {
  name: 'kafka',
  required: true,
  readyWithinMs: 120_000,
  fromEnvironment: (env) => (env['KAFKA_BROKERS'] ? { brokers: env['KAFKA_BROKERS'] } : undefined),
  usualPorts: { kafka: 9092, kafkaController: 9093 },
  address: (ports) => ({ brokers: `127.0.0.1:${portOf(ports, 'kafka')}` }),
  composeEnv: (ports) => ({ KAFKA_PORT: String(portOf(ports, 'kafka')) }),
  install: async (cache, note) => {
    await Promise.all([jars(cache, note), java()])
  },
  start: async ({ stack, folder, cache, logFile, ports, note }) => {
    const [libs, program] = await Promise.all([jars(cache, note), java()])
    const properties = join(folder, 'server.properties')
    await mkdir(folder, { recursive: true })
    await writeWhole(
      properties,
      kafkaProperties({
        broker: portOf(ports, 'kafka'),
        controller: portOf(ports, 'kafkaController'),
        proxied: proxiedListeners(process.env),
        logFolder: join(folder, 'log'),
      }),
    )
    await format({ program, libs, properties, folder, note })
    note('starting')
    // The second compiler costs more than it gives in the minutes that a broker lives here: 7.7 instead of 5.2 ms of CPU a saga at 50 a second.
    const flags = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true']
    const args = [...flags, '-cp', join(libs, '*'), 'kafka.Kafka', properties]
    return launch({ stack, name: 'kafka', kind: 'infra', command: program, args, cwd: folder, env: process.env, logFile })
  },
  ready: (address) => {
    const { host, port } = firstBroker(address)
    return speaksKafka(host, port)
  },
}
