import { kafkaLog } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { jwksUrlsOf, newId, tokenVerifier } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { gauge, publicEdge } from '@murmuration/telemetry'
import { gatewayApp } from './app.ts'
import { config } from './config.ts'
import { outcomes } from './events/outcomes.ts'
import { story } from './events/story.ts'
import { tail } from './events/tail.ts'
import { idempotencyKeys } from './idempotency/keys.ts'
import { sagaOf } from './saga.ts'
import { streams } from './stream.ts'
import { suspendedUsers, suspensions } from './suspensions.ts'
import { bounded } from './upstream/bounded.ts'
import { pool } from './upstream/pool.ts'
import { closeConnections } from './upstream/send.ts'

// About what an instance answers in a second when the machine is full.
const underWayPerInstance = 128
const upstream = (service: string, urls: readonly string[]) => bounded(service, pool(service, urls), urls.length * underWayPerInstance)

export const service = hosted({
  name: 'gateway',
  settings: config,
  edge: true,
  async start({ settings, onStop }) {
    publicEdge(sagaOf)

    const redis = connectRedis(settings.REDIS_URL)
    onStop(() => redis.disconnect())
    const brokers = settings.KAFKA_BROKERS.split(',')
    const eventLog = kafkaLog({ brokers, clientId: 'gateway', partitions: settings.TOPIC_PARTITIONS })
    // Groups of this process alone: every process has to see all events. They hold no offsets, so Kafka forgets them.
    const orderEvents = tail({ eventLog, group: `gateway-waiters-${newId()}`, topics: ['order.events'] })
    const others = ['inventory.events', 'payment.events', 'risk.events', 'channel.events', 'notification.events']
    const told = story(orderEvents, () => tail({ eventLog, group: `gateway-streams-${newId()}`, topics: others }))
    const ends = outcomes(orderEvents)
    const open = streams(told)
    const pools = {
      user: upstream('user', settings.USER_URL),
      product: upstream('product', settings.PRODUCT_URL),
      order: upstream('order', settings.ORDER_URL),
      payment: upstream('payment', settings.PAYMENT_URL),
      inventory: upstream('inventory', settings.INVENTORY_URL),
      risk: upstream('risk', settings.RISK_URL),
    }
    const refused = suspensions(suspendedUsers(pools.user))
    onStop(async () => {
      refused.stop()
      await Promise.all([told.stop(), orderEvents.stop()])
      await eventLog.close()
      closeConnections()
    })
    gauge(
      'gateway.upstream.healthy',
      () => Object.entries(pools).map(([service, { healthy }]) => ({ value: healthy(), labels: { service } })),
      {
        description: 'Instances of a service that are not known to be down',
      },
    )

    const app = gatewayApp({
      verify: tokenVerifier({ jwksUrls: jwksUrlsOf(settings.USER_URL) }),
      suspensions: refused,
      redis,
      limits: { perSecond: settings.RATE_LIMIT_PER_SECOND, burst: settings.RATE_LIMIT_BURST },
      origins: settings.CORS_ORIGINS,
      trustedProxies: settings.TRUSTED_PROXIES,
      // Without Redis, Kafka or one of the services the gateway is still of use; without any service, or before it knows whom to refuse, it is not.
      readiness: {
        suspensions: () => refused.isSuspended(''),
        services() {
          if (Object.values(pools).every(({ healthy }) => healthy() === 0)) throw new Error('no service answers')
        },
      },
      pools,
      once: idempotencyKeys(redis),
      outcomes: ends,
      streams: open,
    })

    // All may come later: then limits count in memory, waiting looks instead of listening, and requests with a token are refused with 503.
    const patience = new Promise((resolve) => setTimeout(resolve, 5000))
    await Promise.all([redisReady(redis), Promise.race([Promise.all([orderEvents.start(), refused.start()]), patience])])
    return {
      app,
      drain() {
        ends.release()
        open.end()
      },
    }
  },
})
