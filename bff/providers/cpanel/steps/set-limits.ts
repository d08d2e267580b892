import { z } from 'zod'
import type { StepContext, StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, showsChange } from '../standing.ts'
import {
  NO_LIMIT_MB,
  type PresentLimits,
  type ResellerLimits,
  readResellerLimits,
} from '../usage.ts'
import type { Parameters } from '../whm-client.ts'

const TIMEOUT = 60_000
const MEBIBYTE = 1024 * 1024

const limit = z.number().nullable()
const limitsSchema = z.object({ accounts: limit, disk: limit, bandwidth: limit })
const presentSchema = limitsSchema.extend({
  oversells: z.object({ disk: z.boolean(), bandwidth: z.boolean() }),
})
const UNREAD: PresentLimits = {
  accounts: null,
  disk: null,
  bandwidth: null,
  oversells: { disk: false, bandwidth: false },
}

/** What `before` read and the engine kept. */
function presentOf({ step }: StepContext): PresentLimits {
  return presentSchema.safeParse(step.before).data ?? UNREAD
}

/** The limits there will be: those asked for, and the present ones where nothing was asked. Pure. */
function wanted(context: StepContext, present: ResellerLimits): ResellerLimits {
  const asked = limitsSchema.partial().catch({}).parse(context.step.params.limits)
  return {
    accounts: asked.accounts === undefined ? present.accounts : asked.accounts,
    disk: asked.disk === undefined ? present.disk : asked.disk,
    bandwidth: asked.bandwidth === undefined ? present.bandwidth : asked.bandwidth,
  }
}

function equal(a: ResellerLimits, b: ResellerLimits): boolean {
  return a.accounts === b.accounts && a.disk === b.disk && a.bandwidth === b.bandwidth
}

function parametersOf(
  { accounts, disk, bandwidth }: ResellerLimits,
  { oversells }: PresentLimits,
): Parameters {
  const megabytes = (bytes: number | null) =>
    bytes === null ? NO_LIMIT_MB : Math.round(bytes / MEBIBYTE)
  return {
    enable_account_limit: accounts !== null,
    ...(accounts === null ? {} : { account_limit: accounts }),
    enable_resource_limits: disk !== null || bandwidth !== null,
    // One switch for both: what is not limited gets a number nobody reaches.
    ...(disk === null && bandwidth === null
      ? {}
      : { diskspace_limit: megabytes(disk), bandwidth_limit: megabytes(bandwidth) }),
    // Left out, what may be sold beyond the limits would be taken away.
    ...(oversells.disk || oversells.bandwidth
      ? {
          enable_overselling: true,
          enable_overselling_diskspace: oversells.disk,
          enable_overselling_bandwidth: oversells.bandwidth,
        }
      : {}),
  }
}

/** setresellerlimits. */
export const setLimits: StepHandler = {
  label: 'step.set-limits',
  timeout: TIMEOUT,
  proof: 'by_reading',

  before: (panel, context) =>
    mustStand(panel, context, async () => {
      const present = await readResellerLimits(ours(panel).client, context.step.account)
      if (!present.ok) return { kind: 'unavailable', fault: present.fault }
      return equal(wanted(context, present.value), present.value)
        ? { kind: 'skip' }
        : { kind: 'go', before: { ...present.value, oversells: { ...present.value.oversells } } }
    }),

  async send(panel, context, departure) {
    const present = presentOf(context)
    const outcome = await ours(panel).client.call(
      'setresellerlimits',
      { user: context.step.account, ...parametersOf(wanted(context, present), present) },
      anyData,
      { timeout: TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  async prove(panel, context) {
    const present = presentOf(context)
    const read = await readResellerLimits(ours(panel).client, context.step.account)
    if (!read.ok) return { kind: 'unknown', fault: read.fault }
    const verdict = await proveBy(panel, context, () =>
      showsChange(
        equal(read.value, wanted(context, present)),
        JSON.stringify(read.value) === JSON.stringify(present),
      ),
    )
    return verdict.kind === 'unknown'
      ? verdict
      : { ...verdict, evidence: `${JSON.stringify(read.value)} ${verdict.evidence}` }
  },
}
