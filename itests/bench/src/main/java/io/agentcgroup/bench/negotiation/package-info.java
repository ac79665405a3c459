/** Whether it helps an agent to be told: the same scripted agent with the feedback and without it. */
package io.agentcgroup.bench.negotiation;
