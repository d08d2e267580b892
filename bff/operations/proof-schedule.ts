import type { ProofVerdict } from '../providers/provider.ts'
import type { Timings } from './timings.ts'

/** What the last read-back said, as stored with the step. */
export interface SeenProof {
  readonly kind: 'done' | 'absent' | 'foreign' | 'changed'
  readonly evidence: string
  /** When this verdict was first read, unbroken since. */
  readonly at: number
}

/**
 * When to read back next. Pure.
 *
 * @param sent_at when *sent* was written
 * @param now the present
 */
export function nextProofAt(sent_at: number, now: number, timings: Timings): number {
  for (const after of timings.proof_after) {
    if (sent_at + after > now) return sent_at + after
  }
  return now + timings.proof_every
}

export type ProofDecision =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'foreign'; readonly code: string }
  | { readonly kind: 'resend' }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'attention'
      readonly code: 'still_unknown' | 'server_unreachable' | 'changed_elsewhere'
    }
  | { readonly kind: 'wait'; readonly until: number; readonly seen: SeenProof | null }

/** What one step looks like to the decision. */
export interface UncertainStep {
  readonly sent_at: number
  readonly quarantine_until: number
  readonly attempt: number
  readonly seen: SeenProof | null
  readonly cancel_wanted: boolean
  /** Whether a reading that shows nothing means that nothing was done. */
  readonly readable: boolean
}

/**
 * Decides from one read-back what an uncertain step is (DESIGN §6): a verdict needs two equal reads far enough apart,
 * absence counts only after quarantine, and a call is sent again once at most. Pure.
 */
export function decide(
  step: UncertainStep,
  verdict: ProofVerdict,
  now: number,
  timings: Timings,
): ProofDecision {
  const over = now >= step.quarantine_until
  const later = (seen: SeenProof | null): ProofDecision => ({
    kind: 'wait',
    until: Math.max(
      Math.min(nextProofAt(step.sent_at, now, timings), over ? Infinity : step.quarantine_until),
      seen === null ? 0 : Math.min(seen.at + timings.proof_apart, now + timings.proof_every),
    ),
    seen,
  })
  if (verdict.kind === 'unknown')
    return over ? { kind: 'attention', code: 'server_unreachable' } : later(null)
  const same = step.seen?.kind === verdict.kind && step.seen.evidence === verdict.evidence
  const seen: SeenProof =
    same && step.seen !== null
      ? step.seen
      : { kind: verdict.kind, evidence: verdict.evidence, at: now }
  if (now - seen.at < timings.proof_apart) return later(seen)
  switch (verdict.kind) {
    case 'done':
      return { kind: 'succeeded' }
    case 'foreign':
      return { kind: 'foreign', code: verdict.code }
    case 'changed':
      // Until then it may be our own call at work.
      return over ? { kind: 'attention', code: 'changed_elsewhere' } : later(seen)
    case 'absent':
      if (!over) return later(seen)
      if (step.cancel_wanted)
        return step.readable ? { kind: 'cancelled' } : { kind: 'attention', code: 'still_unknown' }
      return step.attempt < 2 ? { kind: 'resend' } : { kind: 'attention', code: 'still_unknown' }
  }
}
