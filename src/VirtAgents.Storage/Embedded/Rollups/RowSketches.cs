using System.Runtime.InteropServices;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The bins of all windows of a row of which one has many values; nothing while all have few, whose bins are figures. Used again and again.</summary>
internal sealed class RowSketches
{
    private readonly SketchRow _sketches = new();
    private readonly ByteWriter _bytes = new();
    private readonly List<(int Bin, long Count)> _counted = [];

    public ReadOnlySpan<byte> Written => _bytes.Written;

    public void Clear() => _bytes.Clear();

    /// <summary>Takes the bins of the window that figures had added last.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="wereFew">Whether all windows before it had few values: they are written as such a row has them, too.</param>
    /// <param name="bins">Bins and how many values each has, ascending.</param>
    public void Take(RollupFigures figures, bool wereFew, ReadOnlySpan<(int Bin, long Count)> bins)
    {
        int last = figures.Windows - 1;
        for (int position = 0; wereFew && !figures.IsFew && position < last; position++)
        {
            _counted.Clear();
            AddFew(figures, position, _counted);
            Write(figures, position, CollectionsMarshal.AsSpan(_counted));
        }

        if (!figures.IsFew)
        {
            Write(figures, last, bins);
        }
    }

    /// <summary>Adds the bins of a window of few values to a list, ascending.</summary>
    public static void AddFew(RollupFigures figures, int position, List<(int Bin, long Count)> target)
    {
        (int lowest, int highest) = figures.BoundsOf(position);
        Add([lowest], target);
        Add(figures.Inner(position), target);
        Add(figures.Counts[position] > 1 ? [highest] : [], target);
    }

    /// <summary>Adds bins, which are ascending and not below those that are there, to a list.</summary>
    public static void Add(ReadOnlySpan<int> bins, List<(int Bin, long Count)> target)
    {
        foreach (int bin in bins)
        {
            if (target.Count > 0 && target[^1].Bin == bin)
            {
                target[^1] = (bin, target[^1].Count + 1);
            }
            else
            {
                target.Add((bin, 1));
            }
        }
    }

    private void Write(RollupFigures figures, int position, ReadOnlySpan<(int Bin, long Count)> bins)
    {
        (int lowest, int highest) = figures.BoundsOf(position);
        _sketches.Write(_bytes, lowest, highest, bins);
    }
}
