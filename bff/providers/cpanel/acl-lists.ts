import type { Answer } from '../provider.ts'
import { answerOf } from './account.ts'
import { aclListsData, aclPrivileges } from './functions.ts'
import type { WhmClient } from './whm-client.ts'

export interface AclList {
  readonly name: string
  /** `null`: what it grants cannot be read. */
  readonly privileges: readonly string[] | null
}

/** The ACL lists saved on the server. */
export async function readAclLists(client: WhmClient): Promise<Answer<readonly AclList[]>> {
  const outcome = await client.ask('listacls', {}, aclListsData)
  return answerOf(outcome, ({ acl }) =>
    acl.map(({ name, privileges }) => {
      const read = aclPrivileges.safeParse(privileges)
      const granted = read.success ? read.data : undefined
      return {
        name,
        privileges:
          granted === undefined
            ? null
            : Object.keys(granted)
                .filter((privilege) => granted[privilege] === true)
                .sort(),
      }
    }),
  )
}

/** Whether a list may be given to anybody: it can be read and does not make a second root. Pure. */
export function isGrantable({ privileges }: AclList): boolean {
  return privileges !== null && !privileges.includes('all')
}

/**
 * Looks a list up by its name before it is given.
 *
 * @returns a fault `acl_not_found`, or `acl_too_wide` when it holds all rights or cannot be read
 */
export async function findGrantable(client: WhmClient, name: string): Promise<Answer<AclList>> {
  const lists = await readAclLists(client)
  if (!lists.ok) return lists
  const found = lists.value.find((list) => list.name === name)
  if (found === undefined) return { ok: false, fault: { code: 'acl_not_found', transport: false } }
  return isGrantable(found)
    ? { ok: true, value: found }
    : { ok: false, fault: { code: 'acl_too_wide', transport: false } }
}
