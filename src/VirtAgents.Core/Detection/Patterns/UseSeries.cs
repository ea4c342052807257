using System.Collections.Immutable;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What a VM used in the windows of the last two hours.</summary>
internal sealed class UseSeries
{
    /// <summary>Windows that are kept: 2 hours of 5 minutes.</summary>
    public const int Windows = 24;

    private readonly VmUse[] _uses = new VmUse[Windows];
    private readonly long[] _windows = new long[Windows];

    /// <summary>Takes a window by its number, over 0.</summary>
    public void Add(long window, in VmUse use) => (_uses[window % Windows], _windows[window % Windows]) = (use, window);

    /// <summary>The windows up to one, oldest first; unknown where there was none.</summary>
    public ImmutableArray<VmUse> Read(long newestWindow)
    {
        ImmutableArray<VmUse>.Builder uses = ImmutableArray.CreateBuilder<VmUse>(Windows);
        for (long window = newestWindow - Windows + 1; window <= newestWindow; window++)
        {
            int place = (int)(((window % Windows) + Windows) % Windows);
            uses.Add(_windows[place] == window && window > 0 ? _uses[place] : VmUse.Unknown);
        }

        return uses.MoveToImmutable();
    }
}
