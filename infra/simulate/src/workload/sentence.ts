import type { Deed } from './plan.ts'

const euros = (cents: number): string => `${(cents / 100).toFixed(2)} EUR`

/** What somebody does, in words. */
export function sentence(deed: Deed): string {
  switch (deed.does) {
    case 'place': {
      const items = deed.items.map(({ product, quantity }) => `${quantity} × product ${product}`).join(', ')
      const how = deed.byLog ? `comes through the log${deed.forged ? ' with a forged total' : ''}` : `is placed by user ${deed.user}`
      return `order ${deed.order} ${how}: ${items}, ${deed.source === 'wallet' ? 'wallet' : deed.method}, ${deed.country}`
    }
    case 'cancel':
      return `user ${deed.user} cancels order ${deed.order}`
    case 'give up':
      return `an operator gives order ${deed.order} up`
    case 'refund':
      return `${deed.user === undefined ? 'an administrator' : `user ${deed.user}`} wants ${deed.amount === 'more' ? 'more than was paid' : deed.amount === 'all' ? 'all' : 'a third'} of order ${deed.order} back (refund ${deed.refund})`
    case 'retry refunds':
      return 'an administrator has declined refunds tried again'
    case 'return':
      return `user ${deed.user} gives ${deed.product === undefined ? 'all' : `${deed.quantity} × product ${deed.product}`} of order ${deed.order} back (return ${deed.return})`
    case 'approve':
    case 'reject':
      return `an administrator is to ${deed.does} return ${deed.return} of order ${deed.order}`
    case 'restock':
    case 'deduct':
      return `${deed.does} ${deed.quantity} × product ${deed.product} in warehouse ${deed.warehouse}`
    case 'reprice':
      return `product ${deed.product} costs ${euros(deed.price)} from now on`
    case 'retire':
      return `product ${deed.product} is retired`
    case 'restate':
      return `product ${deed.product} is told again as it is`
    case 'prefer':
      return `user ${deed.user} changes how to be told`
    case 'poison':
      return `a stranger writes about order ${deed.order}: ${deed.how}`
    case 'repeat':
      return `a message of order ${deed.order} comes again`
    case 'look after parked':
      return 'an operator looks after what is parked'
    case 'silence':
      return `${deed.service} falls silent for ${deed.forMs} ms`
  }
}
