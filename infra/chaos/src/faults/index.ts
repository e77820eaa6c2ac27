import { brokerGone } from './broker-gone.ts'
import { clockShifted } from './clock.ts'
import { crashPoint } from './crash-point.ts'
import { databaseClosed, databaseReadOnly } from './database-refuses.ts'
import { databaseRestarted } from './database-restarted.ts'
import type { Fault } from './fault.ts'
import { brokerNetwork, databaseNetwork } from './network.ts'
import { newSchema } from './new-schema.ts'
import { providerTroubled } from './provider.ts'
import { rebalances } from './rebalances.ts'
import { redisTroubled } from './redis.ts'
import { rollingRestart } from './rolling-restart.ts'
import { serviceKilled } from './service-killed.ts'
import { strangeMessages } from './strange-messages.ts'
import { tempoTroubled } from './tempo.ts'
import { zombie } from './zombie.ts'

/** All of them. The first five are in every plan that is long enough for one each. */
export const faults: readonly Fault[] = [
  brokerGone,
  databaseRestarted,
  brokerNetwork,
  zombie,
  databaseNetwork,
  rebalances,
  databaseReadOnly,
  databaseClosed,
  redisTroubled,
  tempoTroubled,
  providerTroubled,
  clockShifted,
  rollingRestart,
  newSchema,
  strangeMessages,
  crashPoint,
  serviceKilled,
]
