import type { Random } from './random.ts'

type Value = string | number | boolean | null

/** What a product is for; decides what is done with it. */
export type Kind = 'plain' | 'reseller' | 'child'

/** One product of the chaos, as its own billing system knows it. */
export interface Product {
  readonly id: string
  readonly server: string
  readonly kind: Kind
  /** The reseller whose accounts these are to be, for a child. */
  readonly family: Product | undefined
  /** The order's first eight letters: usernames are made of them. */
  readonly stem: string
  /** The username it was last known to have. */
  username: string | undefined
  /** Passwords that were given, by operation. */
  readonly passwords: Map<string, string>
}

/** How often an action is chosen where it is available, and what it is given. */
interface Plan {
  readonly weight: Readonly<Record<Kind, number>>
  draft(product: Product, random: Random): Readonly<Record<string, Value>> | undefined
}

/** Every password of the chaos begins so: what is looked for where none should be. */
export const CANARY = 'Kv7!heron-'
const PACKAGES = ['starter', 'business', 'unlimited'] as const
const evenly = (weight: number) => ({ plain: weight, reseller: weight, child: weight })

export function newPassword(random: Random): string {
  return `${CANARY}${random.letters(10)}-58-Ladder`
}

function newDomain(product: Product, random: Random): string {
  return `${product.stem}-${random.letters(6)}.example`
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

/**
 * What people do in the chaos, by the action's name. An action that is not here is not taken; one that is here is taken
 * whenever the BFF offers it.
 */
export const PLANS: Readonly<Record<string, Plan>> = {
  create: {
    weight: evenly(10),
    draft(product, random) {
      const owner = product.family?.username
      return {
        domain: newDomain(product, random),
        package: random.pick(PACKAGES),
        ...(random.chance(0.5) ? { password: newPassword(random) } : {}),
        ...(random.chance(0.3) ? { username: random.letters(8) } : {}),
        ...(product.kind === 'child' && owner !== undefined ? { owner } : {}),
        ...(product.kind === 'reseller'
          ? { reseller: true, acl: 'basic_reseller', account_limit: 20 }
          : {}),
      }
    },
  },
  'change-password': {
    weight: evenly(3),
    draft: (_product, random) => ({
      password: newPassword(random),
      database_password: random.chance(0.5),
    }),
  },
  'change-package': {
    weight: evenly(4),
    draft: (_product, random) => ({ package: random.pick(PACKAGES) }),
  },
  'change-domain': {
    weight: evenly(2),
    draft: (product, random) => ({ domain: newDomain(product, random) }),
  },
  'make-reseller': {
    weight: { plain: 1, reseller: 2, child: 0 },
    draft: (_product, random) => ({
      ...(random.chance(0.6) ? { acl: 'basic_reseller' } : {}),
      ...(random.chance(0.6) ? { account_limit: random.between(10, 40) } : {}),
      ...(random.chance(0.5) ? { disk_limit: random.between(1000, 9000) } : {}),
    }),
  },
  'revoke-reseller': { weight: { plain: 2, reseller: 0, child: 0 }, draft: () => ({}) },
  suspend: {
    weight: evenly(3),
    draft: (product, random) => ({
      reason: random.pick(['non_payment', 'abuse', 'security', 'requested']),
      client_text: `Case ${random.letters(6)}`,
      ...(random.chance(0.3) ? { lock: true } : {}),
      ...(product.kind === 'reseller' && random.chance(0.6) ? { scope: 'with_accounts' } : {}),
    }),
  },
  unsuspend: { weight: evenly(6), draft: () => ({}) },
  delete: {
    weight: { plain: 2, reseller: 1.5, child: 1 },
    draft: (_product, random) => ({
      keep_dns: random.chance(0.5),
      ...(random.chance(0.5) ? { when: 'on_date', date: inDays(3) } : {}),
    }),
  },
  unlink: { weight: evenly(0.7), draft: () => ({}) },
  link: {
    weight: evenly(12),
    draft: ({ username }) => (username === undefined ? undefined : { username }),
  },
}

/** How much likelier an action is that nobody has taken yet: a short run is to see all of them. */
const FIRST_TIME = 15

/**
 * An action and its input, from what is offered now; undefined when nothing of it is to be done.
 *
 * @param taken actions that were taken before
 */
export function choose(
  product: Product,
  offered: readonly string[],
  taken: ReadonlySet<string>,
  random: Random,
): { readonly action: string; readonly input: Readonly<Record<string, Value>> } | undefined {
  const options = offered.flatMap((action) => {
    const plan = PLANS[action]
    const weight = (plan?.weight[product.kind] ?? 0) * (taken.has(action) ? 1 : FIRST_TIME)
    return plan === undefined || weight === 0 ? [] : [{ weight, value: { action, plan } }]
  })
  const chosen = random.weighted(options)
  const input = chosen?.plan.draft(product, random)
  return chosen === undefined || input === undefined ? undefined : { action: chosen.action, input }
}
