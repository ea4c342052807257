using System.Runtime.InteropServices;

namespace VirtAgents.Core.Forecasts;

/// <summary>Medians by selection (Hoare 1961: <i>Algorithm 65, Find</i>): the models need those of thousands of slopes, and sorting them was most of their time.</summary>
internal static class Medians
{
    /// <summary>The median of values that are all numbers, which are reordered; 0 of none.</summary>
    public static double Of(List<double> values)
    {
        Span<double> all = CollectionsMarshal.AsSpan(values);
        if (all.IsEmpty)
        {
            return 0;
        }

        int middle = all.Length / 2;
        double upper = Select(all, middle);
        return all.Length % 2 == 1 ? upper : (Greatest(all[..middle]) + upper) / 2;
    }

    /// <summary>Puts the value of a rank where it would be if they were sorted, what is less before it and what is greater behind.</summary>
    private static double Select(Span<double> all, int rank)
    {
        (int first, int last) = (0, all.Length - 1);
        while (first < last)
        {
            (int low, int high) = Part(all, first, last);
            if (rank <= high)
            {
                last = high;
            }
            else if (rank >= low)
            {
                first = low;
            }
            else
            {
                break;
            }
        }

        return all[rank];
    }

    // The middle one of three is a good guess where values are in order already, as slopes of a line are.
    private static (int Low, int High) Part(Span<double> all, int first, int last)
    {
        double one = all[first], two = all[(first + last) / 2], three = all[last];
        double pivot = Math.Max(Math.Min(one, two), Math.Min(Math.Max(one, two), three));
        (int low, int high) = (first, last);
        while (low <= high)
        {
            while (all[low] < pivot)
            {
                low++;
            }

            while (all[high] > pivot)
            {
                high--;
            }

            if (low <= high)
            {
                (all[low], all[high]) = (all[high], all[low]);
                low++;
                high--;
            }
        }

        return (low, high);
    }

    private static double Greatest(ReadOnlySpan<double> values)
    {
        double greatest = values[0];
        foreach (double value in values)
        {
            greatest = Math.Max(greatest, value);
        }

        return greatest;
    }
}
