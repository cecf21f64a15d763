// End to end on a deployed student records system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { askAddresses, askCache, zonesOf } from './parts.ts'
import { standing } from './standalone.ts'

const records = await standing('records', ['data'])

askAddresses(records, 'DatabaseEndpoint', 'DatabaseReaderEndpoint')
askCache(records, 'COMMON-14')

records.onAws('COMMON-14 the members of the cluster stand in three zones, and any moment can be restored', async () => {
  const zones = await zonesOf(records, records.get('DatabaseIdentifier'), 10)
  expect(zones).toHaveLength(3)
  expect(new Set(zones).size).toBe(3)
})
