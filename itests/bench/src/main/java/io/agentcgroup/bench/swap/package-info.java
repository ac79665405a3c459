/**
 * Policies that come and go while calls run. {@link io.agentcgroup.bench.swap.SwapBench} is the experiment;
 * {@link io.agentcgroup.bench.swap.SwappedPolicy}, {@link io.agentcgroup.bench.swap.HostilePolicy} and
 * {@link io.agentcgroup.bench.swap.ServiceWatch} run inside the appliance, out of jars that
 * {@link io.agentcgroup.bench.swap.BundleJar} writes.
 */
package io.agentcgroup.bench.swap;
