import type { EvidenceBroken } from '../../../db/evidence-rows.ts'
import { tenantsUnsealed } from '../../../db/seals.ts'
import type { TenantId } from '../../contract/ids.ts'
import { eachTenant } from './each-tenant.ts'
import { type Head, signDueHeads } from './head.ts'
import type { KeyDeps } from './keys.ts'
import { cutWhatIsDue } from './retain.ts'
import { type SealTimings, sealTenant } from './seal.ts'

export interface SealerDeps extends KeyDeps {
  readonly timings: SealTimings
  /** Told of everything that went wrong. */
  report(error: unknown, about: string): void
  /** Told of every head this process signs: kept outside the database, it is what a thief of that cannot rewrite. */
  signed(head: Head): void
}

/**
 * Seals entries as they come and signs the ends of chains. Every replica runs one; of a tenant's entries only one at a
 * time seals, the others see its lease and leave them.
 */
export class Sealer {
  readonly #deps: SealerDeps
  readonly #automatic: boolean
  readonly #owner: string = crypto.randomUUID()
  /** The last look at the queue, and who had entries in it then. */
  #looked: { readonly at: number; readonly waiting: ReadonlySet<string> } | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #heads_at = Number.NEGATIVE_INFINITY
  #cut_at = Number.NEGATIVE_INFINITY
  #away = false
  readonly #told = new Set<TenantId>()
  #stopped = false

  /** @param automatic whether to look on a timer; tests drive `tick` instead */
  constructor(deps: SealerDeps, { automatic }: { readonly automatic: boolean }) {
    this.#deps = deps
    this.#automatic = automatic
    this.#schedule()
  }

  /** Seals everything that waits and that nobody else seals, signs what is due and cuts what was kept long enough. */
  async tick(): Promise<void> {
    const { db, clock, timings } = this.#deps
    const looked = clock.now()
    const tenants = await tenantsUnsealed(db)
    const broken = (error: EvidenceBroken, tenant: TenantId) => this.#tell(error, tenant)
    await eachTenant(tenants, broken, async (tenant) => {
      await sealTenant(this.#deps, tenant, {
        owner: this.#owner,
        lease: timings.seal_lease,
        urgent: false,
        empty_at: this.#emptyAt(tenant),
      })
    })
    this.#looked = { at: looked, waiting: new Set(tenants) }
    const now = clock.now()
    if (now - this.#heads_at >= timings.head_every) {
      this.#heads_at = now
      for (const head of await signDueHeads(this.#deps, now - timings.head_every, broken))
        this.#deps.signed(head)
    }
    if (now - this.#cut_at >= timings.retain_every) {
      this.#cut_at = now
      await cutWhatIsDue(this.#deps, broken)
    }
  }

  /** Looks no longer. */
  halt(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** Seals once more, so that little waits for whoever runs next, and looks no longer. */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.halt()
    await this.#running
    if (this.#automatic) await this.#look()
  }

  /** Once for each tenant: it is looked at twice a second, and stays as it is until somebody acts. */
  #tell(error: EvidenceBroken, tenant: TenantId): void {
    if (this.#told.has(tenant)) return
    this.#told.add(tenant)
    this.#deps.report(error, `the log of tenant ${tenant}`)
  }

  #emptyAt(tenant: TenantId): number {
    const looked = this.#looked
    return looked === undefined || looked.waiting.has(tenant) ? 0 : looked.at
  }

  async #look(): Promise<void> {
    try {
      await this.tick()
      this.#away = false
    } catch (error) {
      // Nothing is lost: entries wait in their queue. One word is enough until it works again.
      if (!this.#away) this.#deps.report(error, 'sealing the log')
      this.#away = true
    }
  }

  #schedule(): void {
    if (!this.#automatic || this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => {
        this.#running = undefined
        this.#schedule()
      })
    }, this.#deps.timings.seal_every)
    this.#timer.unref()
  }
}
