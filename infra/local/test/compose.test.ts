import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { components } from '../src/infra/ensure.ts'
import { repositoryRoot } from '../src/paths.ts'
import { discoverServices } from '../src/services/discover.ts'

type Container = {
  image: string
  profiles?: string[]
  ports?: string[]
  environment?: Record<string, string | number>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test?: string[]; disable?: boolean }
  working_dir?: string
  command?: string[]
  volumes?: string[]
  networks?: { default: { aliases: string[] } }
}

const file = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8')
const { services, volumes } = parse(file, { merge: true }) as { services: Record<string, Container>; volumes: Record<string, object> }
const found = await discoverServices()
const folders = readdirSync(join(repositoryRoot, 'services'))

/** As Compose fills in `${NAME:-default}` when the user has chosen the passwords and nothing else. */
const chosen: Record<string, string> = { ADMIN_PASSWORD: 'a long password', PROVIDER_WEBHOOK_SECRET: 'a secret of 16 or more' }

const filledIn = (text: string | number): string =>
  String(text).replace(/\$\{(\w+):-([^}]*)\}/g, (_all, name: string, fallback: string) => chosen[name] ?? fallback)

const environmentOf = (container: Container): Record<string, string> =>
  Object.fromEntries(Object.entries(container.environment ?? {}).map(([name, value]) => [name, filledIn(value)]))

const container = (name: string): Container => {
  const one = services[name]
  if (one === undefined) throw new Error(`docker-compose.yml has no ${name}`)
  return one
}

const inProfile = (profile: string): string[] => Object.keys(services).filter((name) => container(name).profiles?.includes(profile))

describe('docker-compose.yml', () => {
  it('pins every image, builds its own, and pulls nothing that is called latest', () => {
    for (const [name, { image }] of Object.entries(services)) {
      expect(image, name).toMatch(/^[\w./-]+:(v?\d+\.\d+[\w.-]*|local)$/)
    }
    expect(readFileSync(join(repositoryRoot, 'infra', 'compose', 'Dockerfile'), 'utf8')).not.toMatch(/:latest|FROM [^:\s]+\s*$/m)
  })

  it('has a container for every folder of services/ and for the provider simulator', () => {
    for (const name of [...folders, 'provider']) expect(services, name).toHaveProperty(name)
  })

  it('waits only for containers that are there and can say that they are healthy, or that end', () => {
    for (const [name, { depends_on: needs = {} }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        const healthy = container(needed).healthcheck?.test !== undefined
        expect(condition, `${name} needs ${needed}`).toBe(healthy ? 'service_healthy' : 'service_completed_successfully')
      }
    }
  })

  it('waits for all that a service cannot start without', () => {
    for (const name of folders.filter((folder) => folder !== 'gateway')) {
      expect(Object.keys(container(name).depends_on ?? {}), name).toEqual(expect.arrayContaining(['kafka', 'postgres', 'redis', 'migrate']))
    }
  })

  it.each(['all', 'together'])('publishes on 127.0.0.1 only, no port twice in the profile %s', (profile) => {
    const published = inProfile(profile).flatMap((name) => (container(name).ports ?? []).map(filledIn))
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    expect(new Set(published.map((port) => port.split(':')[1])).size).toBe(published.length)
  })

  it('starts the infrastructure alone with the profile infra, everything with all, and the services as one with together', () => {
    expect(inProfile('infra').sort()).toEqual(components.map(({ name }) => name).sort())
    const names = Object.keys(services)
    expect(inProfile('all').sort()).toEqual(names.filter((name) => name !== 'flock').sort())
    expect(inProfile('together').sort()).toEqual(names.filter((name) => !folders.includes(name)).sort())
  })

  it('mounts only files and volumes that are there', () => {
    for (const mount of Object.values(services).flatMap(({ volumes: mounts = [] }) => mounts)) {
      const source = mount.split(':')[0] ?? ''
      if (source.startsWith('./')) expect(existsSync(join(repositoryRoot, source)), source).toBe(true)
      else expect(volumes, source).toHaveProperty(source)
    }
  })

  it('understands the ports that the launcher chooses', () => {
    for (const component of components) {
      const ports = Object.fromEntries(Object.keys(component.usualPorts).map((label, index) => [label, 40_000 + index]))
      for (const variable of Object.keys(component.composeEnv(ports))) expect(file, component.name).toContain(`\${${variable}:-`)
    }
  })

  it('runs no service as root', () => {
    expect(readFileSync(join(repositoryRoot, 'infra', 'compose', 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m)
  })
})

describe.each(found)('the container of $name', ({ name, folder, args, usualPort }) => {
  const one = container(name)
  const environment = environmentOf(one)

  it('runs the same program in the same folder as the launcher', () => {
    expect(join(repositoryRoot, (one.working_dir ?? '').replace(/^\/app\//, ''))).toBe(folder)
    const image = /^CMD (\[.*\])$/m.exec(readFileSync(join(repositoryRoot, 'infra', 'compose', 'Dockerfile'), 'utf8'))?.[1] ?? '[]'
    expect(one.command ?? JSON.parse(image)).toEqual(['node', ...args])
  })

  it('listens where the others look for it', () => {
    expect(environment['PORT']).toBe(String(usualPort))
    expect(environment['HOST']).toBe('0.0.0.0')
    expect(one.ports?.map((port) => filledIn(port).split(':').at(-1))).toEqual([String(usualPort)])
    const url = `http://${name}:${usualPort}`
    for (const [other, value] of Object.values(services).flatMap((each) => Object.entries(environmentOf(each)))) {
      if (other === `${name.toUpperCase()}_URL`) expect(value).toBe(url)
    }
  })

  it.runIf(existsSync(join(folder, 'src', 'config.ts')) && name !== 'provider')('has all that its configuration asks for', async () => {
    const { config } = (await import(pathToFileURL(join(folder, 'src', 'config.ts')).href)) as {
      config: { safeParse: (env: unknown) => { success: boolean; error?: unknown } }
    }
    expect(config.safeParse(environment)).toMatchObject({ success: true })
  })

  it.runIf(existsSync(join(folder, 'prisma')) && name !== 'provider')('has a database of its own', () => {
    expect(new URL(environment['DATABASE_URL'] ?? '').pathname).toBe(`/murmuration_${name}`)
  })
})

describe('the container of all services', () => {
  const flock = container('flock')
  const environment = environmentOf(flock)
  const hosted = found.filter(({ name }) => name !== 'provider')

  it('hosts each of them, by the names under which the others look for them', () => {
    const names = hosted.map(({ name }) => name).sort()
    expect(flock.command?.slice(-names.length).sort()).toEqual(names)
    expect(flock.networks?.default.aliases.toSorted()).toEqual(names)
  })

  it.each(hosted)('gives $name what its own container gives it', ({ name }) => {
    const prefix = `${name.toUpperCase()}__`
    const own = Object.entries(environment).filter(([key]) => key.startsWith(prefix))
    const given = { ...environment, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) }
    expect({ ...given, SERVICE_NAME: name }).toMatchObject(environmentOf(container(name)))
    expect(flock.ports).toEqual(expect.arrayContaining(container(name).ports ?? []))
  })
})
