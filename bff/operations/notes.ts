import type { Message } from '../contract/text.ts'
import type { Situation } from '../providers/provider.ts'

/**
 * What a reader must know beside a service's state: that its server cannot be asked, and why it is suspended. What the
 * server keeps as a reason is staff's to read; a client reads what was written for clients. Pure.
 */
export function notesOf(
  situation: Situation,
  unreachable: { readonly code: string } | undefined,
): Message[] {
  const notes: Message[] = []
  if (unreachable !== undefined) notes.push({ code: 'note.server_unreachable' })
  if (situation.service.state !== 'suspended') return notes
  const written = situation.last_suspend?.client_text ?? null
  if (situation.role === 'client') {
    notes.push(
      written === null
        ? { code: 'note.suspended_ask' }
        : { code: 'note.client_text', params: { text: written } },
    )
    return notes
  }
  const { snapshot } = situation
  const reason = snapshot?.suspended === true ? snapshot.suspend_reason : null
  if (reason !== null && reason !== '')
    notes.push({ code: 'note.suspended_because', params: { reason } })
  if (written !== null) notes.push({ code: 'note.client_reads', params: { text: written } })
  if (snapshot?.locked === true) notes.push({ code: 'note.locked' })
  return notes
}
