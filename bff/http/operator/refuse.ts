import type { z } from 'zod'

/** What is wrong with an operator's request, for a person at a terminal. */
export interface OperatorFault {
  readonly pointer: string
  readonly message: string
}

export function refuse(errors: readonly OperatorFault[], status: 404 | 409 | 422 = 422): Response {
  return Response.json({ errors }, { status })
}

/** What a schema found, by pointer. Pure. */
export function schemaFaults(error: z.ZodError): OperatorFault[] {
  return error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }))
}

/** The request's JSON; `undefined` where it is none at all: the schema says what is missing. */
export async function bodyOf(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    return undefined
  }
}
