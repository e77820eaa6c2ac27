import { describe, expect, it } from 'vitest'
import { discoverServices, type ServiceSpec } from '../src/services/discover.ts'
import { hostEnvironment } from '../src/services/environment.ts'
import { hostsOf } from '../src/services/hosts.ts'

const named = (hosts: ReturnType<typeof hostsOf>) =>
  Object.fromEntries(hosts.map(({ name, services }) => [name, services.map((one) => one.name)]))
const spec = (name: string, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  ...{ name, folder: `/services/${name}`, args: ['src/main.ts'], usualPort: 1, hostable: true },
  ...more,
})

describe('the processes of a stack', () => {
  it('are three together: the gateway, the provider, and one for all others', async () => {
    const all = await discoverServices()
    const hosts = named(hostsOf(all, 'together', '/services'))
    expect(Object.keys(hosts).toSorted()).toEqual(['flock', 'gateway', 'provider'])
    expect(hosts['flock']).toEqual(all.map(({ name }) => name).filter((name) => name !== 'gateway' && name !== 'provider'))
  })

  it('are one for each service apart, as it is run alone', async () => {
    const all = await discoverServices()
    const hosts = hostsOf(all, 'apart', '/services')
    expect(named(hosts)).toEqual(Object.fromEntries(all.map(({ name }) => [name, [name]])))
    expect(hosts.map(({ folder, args }) => [folder, args])).toEqual(all.map(({ folder, args }) => [folder, args]))
  })

  it('are of their own for a second instance, for what is no module, and for a single one', () => {
    const specs = [spec('order'), spec('order-2', { instanceOf: 'order' }), spec('risk'), spec('script', { hostable: false })]
    expect(named(hostsOf(specs, 'together', '/services'))).toEqual({
      'order-2': ['order-2'],
      script: ['script'],
      flock: ['order', 'risk'],
    })
    expect(named(hostsOf([spec('order'), spec('gateway')], 'together', '/services'))).toEqual({ gateway: ['gateway'], order: ['order'] })
  })

  it('are told where their services come from, and which', () => {
    const [flock] = hostsOf([spec('order'), spec('risk')], 'together', '/elsewhere')
    expect(flock?.args.slice(-4)).toEqual(['--from', '/elsewhere', 'order', 'risk'])
  })
})

describe('the environment of a process', () => {
  it('has once what all its services have, and under its name what is one’s alone', () => {
    const env = hostEnvironment('flock', {
      order: { KAFKA_BROKERS: 'k:1', PORT: '1', SERVICE_NAME: 'order', NODE_OPTIONS: '--one' },
      risk: { KAFKA_BROKERS: 'k:1', PORT: '2', SERVICE_NAME: 'risk', NODE_OPTIONS: '--one', ONLY: 'risk' },
    })
    expect(env).toMatchObject({ KAFKA_BROKERS: 'k:1', ORDER__PORT: '1', RISK__PORT: '2', RISK__ONLY: 'risk', SERVICE_NAME: 'flock' })
    expect(Object.keys(env)).not.toContain('PORT')
  })

  it('has more memory, the more services are in it, and is the service’s own for a single one', () => {
    const alone = { PORT: '1', NODE_OPTIONS: '--max-semi-space-size=16' }
    expect(hostEnvironment('order', { order: alone })).toEqual(alone)
    const eight = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`s${index}`, alone]))
    expect(hostEnvironment('flock', eight)['NODE_OPTIONS']).toContain('--max-semi-space-size=64 --max-old-space-size=1024')
  })
})
