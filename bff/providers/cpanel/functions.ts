import { z } from 'zod'
import { looseFlag, looseNumber, looseText } from './quantities.ts'

/** `data` of each WHM function we read, tolerating the types of whm-api §4. Unknown keys are dropped. */

export const accountItem = z.object({
  user: z.string(),
  domain: z.string(),
  owner: looseText,
  unix_startdate: looseNumber,
  uid: looseNumber,
  plan: looseText,
  ip: looseText,
  email: looseText,
  suspended: looseFlag,
  suspendreason: looseText,
  suspendtime: looseNumber,
  is_locked: looseFlag,
  diskused: looseText,
  disklimit: looseText,
  inodesused: looseNumber,
  inodeslimit: looseText,
  maxaddons: looseText,
  maxftp: looseText,
  maxlst: looseText,
  maxparked: looseText,
  maxpop: looseText,
  maxsql: looseText,
  maxsub: looseText,
})
export type AccountItem = z.infer<typeof accountItem>

export const accountsData = z.object({ acct: z.array(accountItem) })
export const resellersData = z.object({ reseller: z.array(z.string()) })
export const versionData = z.object({ version: z.string() })
export const privilegesData = z.object({ privileges: z.array(z.record(z.string(), looseFlag)) })
export const nameserversData = z.object({ nameservers: z.array(z.string()) })
export const countsData = z.object({
  reseller: z.object({ active: looseNumber, suspended: looseNumber, limit: looseNumber }),
})
export const statsData = z.object({
  reseller: z.object({
    diskquota: looseNumber,
    diskused: looseNumber,
    bandwidthlimit: looseNumber,
    totalbwused: looseNumber,
    diskoverselling: looseFlag,
    bwoverselling: looseFlag,
  }),
})
export const packageItem = z.object({
  name: z.string(),
  QUOTA: looseText,
  BWLIMIT: looseText,
  MAXADDON: looseText,
  MAXFTP: looseText,
  MAXLST: looseText,
  MAXPARK: looseText,
  MAXPOP: looseText,
  MAXSQL: looseText,
  MAXSUB: looseText,
})
export type PackageItem = z.infer<typeof packageItem>
export const packagesData = z.object({ pkg: z.array(packageItem) })
/** What a list grants is read apart: a list that cannot be read must not hide the others. */
export const aclListsData = z.object({
  acl: z.array(z.object({ name: z.string(), privileges: z.unknown().optional() })),
})
export const aclPrivileges = z.record(z.string(), looseFlag)
export const sharedIpData = z.object({ ip: z.string() })
export const strengthsData = z.object({ createacct: looseNumber, passwd: looseNumber })
export const bandwidthData = z.object({
  acct: z.array(
    z.object({ user: z.string(), totalbytes: looseNumber, limit: looseText, bwlimited: looseFlag }),
  ),
})
export const localQuotaData = z.object({
  uapi: z.object({
    status: looseNumber,
    data: z.object({
      byte_limit: looseNumber,
      bytes_used: looseNumber,
      inode_limit: looseNumber,
      inodes_used: looseNumber,
    }),
  }),
})
export const sessionData = z.object({ url: z.string() })
/** Functions that answer without data, or whose data says nothing we need. */
export const anyData = z.unknown()
