// Where subnets lie: what databases, caches and file systems spread over.
import { existing, text, texts } from '../existing.ts'
import type { Around } from './kind.ts'

/** The zones of subnets, each once, in the order of the subnets; with the VPC of the first. */
export function placesOf(around: Around, subnetIds: unknown): { zones: string[]; vpc: string } {
  const subnets = texts(subnetIds).map((id) => existing(around.cloud, around.region, 'AWS::EC2::Subnet', id))
  return {
    zones: [...new Set(subnets.map((subnet) => text(subnet?.attributes.AvailabilityZone)))].filter(Boolean),
    vpc: text(subnets[0]?.properties.VpcId),
  }
}
