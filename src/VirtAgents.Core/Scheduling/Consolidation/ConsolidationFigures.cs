namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>How well VMs were packed, by the measures of Beloglazov and Buyya, 2012, section 6.2.</summary>
public sealed record ConsolidationFigures
{
    /// <summary>Number of VMs.</summary>
    public required int Vms { get; init; }

    /// <summary>Energy of all hosts, kWh.</summary>
    public required double KilowattHours { get; init; }

    /// <summary>Number of migrations.</summary>
    public required int Migrations { get; init; }

    /// <summary>Part of the steps of hosts with VMs in which these asked for more than the host has (SLATAH), ratio.</summary>
    public required double OverloadedRatio { get; init; }

    /// <summary>Part of what VMs asked for that they lost while they moved (PDM), ratio.</summary>
    public required double LostRatio { get; init; }

    /// <summary>Mean number of hosts with VMs.</summary>
    public required double MeanHosts { get; init; }

    /// <summary>Violation of what was promised (SLAV): overloaded times lost, ratio.</summary>
    public double ViolationRatio => OverloadedRatio * LostRatio;

    /// <summary>Energy times violation (ESV), kWh.</summary>
    public double EnergyTimesViolation => KilowattHours * ViolationRatio;
}
