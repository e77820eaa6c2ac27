import { kafkaLog, kafkaReader } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { jwksUrlsOf, newId, tokenVerifier } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { gauge, publicEdge } from '@murmuration/telemetry'
import { gatewayApp } from './app.ts'
import { config } from './config.ts'
import { follower } from './events/follower.ts'
import { outcomes } from './events/outcomes.ts'
import { story, storyTopics } from './events/story.ts'
import { tail } from './events/tail.ts'
import { idempotencyKeys } from './idempotency.ts'
import { sagaOf } from './saga.ts'
import { streams } from './stream.ts'
import { suspendedUsers, suspensions } from './suspensions.ts'
import { bounded } from './upstream/bounded.ts'
import { pool } from './upstream/pool.ts'
import { readinessOf } from './upstream/readiness.ts'
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
    const ends = outcomes(orderEvents)
    const told = story({
      follower: follower(kafkaReader({ brokers, clientId: 'gateway-streams' }), storyTopics),
      reader: kafkaReader({ brokers, clientId: 'gateway-histories' }),
      ensureTopics: (topics) => eventLog.ensureTopics(topics),
    })
    const pools = {
      user: upstream('user', settings.USER_URL),
      product: upstream('product', settings.PRODUCT_URL),
      order: upstream('order', settings.ORDER_URL),
      payment: upstream('payment', settings.PAYMENT_URL),
      inventory: upstream('inventory', settings.INVENTORY_URL),
      risk: upstream('risk', settings.RISK_URL),
    }
    const refused = suspensions(suspendedUsers(pools.user))
    const open = streams(told, refused)
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
      // Without these nobody is known or let in, and no order is taken. The others act on events, and catch up; Redis and Kafka may be away for a while.
      readiness: {
        suspensions: () => refused.isSuspended(''),
        user: readinessOf(settings.USER_URL),
        order: readinessOf(settings.ORDER_URL),
      },
      useful: {
        product: readinessOf(settings.PRODUCT_URL),
        payment: readinessOf(settings.PAYMENT_URL),
        inventory: readinessOf(settings.INVENTORY_URL),
        risk: readinessOf(settings.RISK_URL),
      },
      pools,
      once: idempotencyKeys(redis),
      outcomes: ends,
      streams: open,
    })

    // All may come later: then limits count in memory, waiting looks instead of listening, requests with a token are refused with 503, and streams wait.
    void told.start().catch(() => {})
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
