namespace VirtAgents.Core.Model;

/// <summary>Number of a metric in the <see cref="MetricCatalogue"/>; part of the wire format and of the store.</summary>
/// <param name="Value">1 to 65,535; 0 is no metric.</param>
public readonly record struct MetricId(ushort Value);

/// <summary>How the values of a metric behave.</summary>
public enum MetricShape
{
    /// <summary>Goes up and down.</summary>
    Gauge = 0,

    /// <summary>Only grows, but may start anew (reset).</summary>
    Counter = 1,

    /// <summary>A number that stands for a name (<see cref="VmState"/>, link up or down).</summary>
    State = 2,
}

/// <summary>One metric: what it is called, what it counts and in which unit.</summary>
/// <param name="Id">Number.</param>
/// <param name="Name">Public name in base units, such as <c>vm_cpu_seconds_total</c>.</param>
/// <param name="Kind">Kind of subject it belongs to.</param>
/// <param name="Shape">How it behaves.</param>
/// <param name="Tier">Rhythm it is sampled in.</param>
/// <param name="Unit">Unit of the public value: <c>seconds</c>, <c>bytes</c>, <c>operations</c>, <c>packets</c>, <c>state</c>...</param>
/// <param name="Scale">Public value = raw 64-bit value times this (1e-9 for nanoseconds).</param>
/// <param name="Source">Where the raw value comes from: the key of <c>virsh domstats</c> or the kernel file.</param>
public sealed record MetricDefinition(
    MetricId Id, string Name, SubjectKind Kind, MetricShape Shape, SampleTier Tier, string Unit, double Scale, string Source);
