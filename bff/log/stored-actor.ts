import { z } from 'zod'
import { type Actor, actorSchema } from '../contract/operation.ts'

/**
 * Who acted, as it is kept: what readers are shown, and whose tokens it was, which tells people of one name apart. It
 * stands in the erasable part of a log entry, so it is evidence for as long as it is there.
 */
export const storedActorSchema = actorSchema.extend({
  /** `sub` of the token; missing where nobody had one, and in what was written before it was kept. */
  subject: z.string().optional(),
  /** `sub` of who acted for it (RFC 8693 `act`). */
  act_subject: z.string().optional(),
})
export type StoredActor = z.infer<typeof storedActorSchema>

/** @param json a column `actor` */
export function storedActor(json: string): StoredActor {
  return storedActorSchema.parse(JSON.parse(json))
}

/** What of it anybody is shown. Pure. */
export function namedActor({ role, label, act }: StoredActor): Actor {
  return { role, label, ...(act === undefined ? {} : { act }) }
}
