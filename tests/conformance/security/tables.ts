import { API_TOP_10 } from './api-top-10.ts'
import { ASVS } from './asvs.ts'
import { RFC_6750 } from './rfc-6750.ts'
import { RFC_8725 } from './rfc-8725.ts'
import { RFC_9068 } from './rfc-9068.ts'
import { RFC_9457 } from './rfc-9457.ts'
import { RFC_9470 } from './rfc-9470.ts'
import type { Table } from './table.ts'

/** Every table there is, in the order of the page. */
export const TABLES: readonly Table[] = [
  ASVS,
  API_TOP_10,
  RFC_6750,
  RFC_8725,
  RFC_9068,
  RFC_9457,
  RFC_9470,
]
