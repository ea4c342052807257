namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>What is promised of a pool.</summary>
public static class VolumePromises
{
    /// <summary>Sizes of all volumes together, bytes; null = unknown, since one of them is, or some are not listed.</summary>
    /// <param name="sizesBytes">Size of each volume that is listed; null = unknown.</param>
    /// <param name="leftOut">How many are not listed; null = unknown.</param>
    public static double? Sum(IEnumerable<double?> sizesBytes, long? leftOut)
    {
        ArgumentNullException.ThrowIfNull(sizesBytes);
        double sum = 0;
        foreach (double? size in sizesBytes)
        {
            if (size is null)
            {
                return null;
            }

            sum += size.Value;
        }

        return leftOut == 0 ? sum : null;
    }
}
