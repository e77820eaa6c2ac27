import { expect, it } from 'vitest'
import { ConfigError, readConfig, serviceEnv } from './index.ts'

const good = { DATABASE_URL: 'postgresql://u@h/db', KAFKA_BROKERS: 'a:1, b:2', USER_URL: 'http://a:81/,http://b:82', PORT: '' }

it('reads settings with their defaults', () => {
  expect(readConfig(serviceEnv, good)).toEqual({
    ...{ DATABASE_URL: 'postgresql://u@h/db', KAFKA_BROKERS: 'a:1, b:2', USER_URL: ['http://a:81', 'http://b:82'] },
    ...{ PORT: 0, HOST: '127.0.0.1', TOPIC_PARTITIONS: 3 },
  })
})

it('lists all wrong settings at once, without their values', () => {
  const error = (() => {
    try {
      readConfig(serviceEnv, { ...good, PORT: '99999', DATABASE_URL: 'mysql://root:secret@h', USER_URL: 'nonsense', KAFKA_BROKERS: ',' })
    } catch (thrown) {
      return thrown as Error
    }
    return undefined
  })()
  expect(error).toBeInstanceOf(ConfigError)
  for (const name of ['PORT', 'DATABASE_URL', 'USER_URL', 'KAFKA_BROKERS']) expect(error?.message).toContain(name)
  expect(error?.message).not.toContain('secret')
})

// fault: forbidden port
it.each([
  [{ PORT: '10080' }, 'PORT'],
  [{ USER_URL: 'http://a:8080,http://b:6000' }, 'USER_URL/1'],
])('refuses a port to which fetch never connects, and says so: %j', (wrong, field) => {
  expect(() => readConfig(serviceEnv, { ...good, ...wrong })).toThrow(`${field}: expected a port that fetch connects to`)
})
