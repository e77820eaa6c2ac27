import { expect, it } from 'vitest'
import { ideal } from '../src/ideal/run.ts'

it('brings sagas to their end through the same broker and database', async () => {
  const { POSTGRES_URL: postgres = '', KAFKA_BROKERS: brokers = '' } = process.env
  const { sagas, perSecond, cpuMsPerSaga } = await ideal(postgres, brokers, 1, 20)
  expect(sagas).toBeGreaterThan(0)
  expect(perSecond).toBeGreaterThan(0)
  expect(cpuMsPerSaga).toBeGreaterThan(0)
}, 60_000)
