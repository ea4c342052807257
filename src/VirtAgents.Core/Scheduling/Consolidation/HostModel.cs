namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>A kind of host: what it can do, and what it draws for that.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CapacityMips">All its processors together, million instructions per second.</param>
/// <param name="Watts">Watts at 0, 10, ... 100 percent of the capacity; eleven figures.</param>
public sealed record HostModel(string Name, double CapacityMips, IReadOnlyList<double> Watts)
{
    private const int Intervals = 10;

    /// <summary>Watts for each MIPS when it is full: the smaller, the better it is to pack.</summary>
    public double WattsPerMips => Watts[Intervals] / CapacityMips;

    /// <summary>Watts at a demand, linear between the figures; 0 without demand, since an idle host is switched off.</summary>
    /// <param name="demandMips">Demand of its VMs, MIPS; what is over the capacity draws nothing more.</param>
    public double WattsAt(double demandMips)
    {
        double part = Math.Min(1, demandMips / CapacityMips);
        if (part <= 0)
        {
            return 0;
        }

        int below = Math.Min(Intervals - 1, (int)(part * Intervals));
        return Watts[below] + ((Watts[below + 1] - Watts[below]) * ((part * Intervals) - below));
    }
}
