/** Options by which Node gives up part of TLS, or of reading HTTP strictly, for the whole process. */
const WEAKENING = /--(tls-min-v1\.[01]|tls-keylog|insecure-http-parser)\b/

/**
 * What in a process's environment would weaken its connections behind our backs: it must not start with that. A server
 * with a certificate of its own is told by its pin; `NODE_EXTRA_CA_CERTS` adds an authority and is fine. Pure.
 *
 * @returns one sentence each
 */
export function tlsProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = []
  const reject = env.NODE_TLS_REJECT_UNAUTHORIZED
  if (reject !== undefined && reject !== '1')
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED is set: it turns the check of certificates off. Unset it, and pin the certificate, its key or its authority in the configuration of the server.',
    )
  const weakening = WEAKENING.exec(env.NODE_OPTIONS ?? '')?.[0]
  if (weakening !== undefined)
    problems.push(`NODE_OPTIONS holds ${weakening}, which weakens every connection. Remove it.`)
  return problems
}
