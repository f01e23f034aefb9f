using System.Text;
using Microsoft.CodeAnalysis;

namespace Harmony.House.Tests;

/// <summary>An assembly's public API as text: its public types in order, and under each its members.</summary>
internal static class PublicApiListing
{
    private const SymbolDisplayGenericsOptions Generics = SymbolDisplayGenericsOptions.IncludeTypeParameters
        | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance;

    private const SymbolDisplayMiscellaneousOptions Miscellaneous = SymbolDisplayMiscellaneousOptions.UseSpecialTypes
        | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
        | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier;

    private static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: Generics,
        miscellaneousOptions: Miscellaneous);

    private static readonly SymbolDisplayFormat MemberFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        genericsOptions: Generics,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        miscellaneousOptions: Miscellaneous);

    /// <summary>The listing, with a line end after each line.</summary>
    public static string Of(IAssemblySymbol assembly)
    {
        var text = new StringBuilder();
        text.Append("# The public API of ").Append(assembly.Name).Append(
            ". Compared with the assembly by Harmony.House.Tests.\n");
        foreach (INamedTypeSymbol type in TypesOf(assembly))
        {
            text.Append('\n').Append(Heading(type)).Append('\n');
            IEnumerable<string> members = type.GetMembers()
                .Where(static member => IsVisible(member) && !IsHidden(member) && member is not INamedTypeSymbol)
                .OrderBy(static member => member.Name, StringComparer.Ordinal)
                .ThenBy(static member => member.ToDisplayString(MemberFormat), StringComparer.Ordinal)
                .Select(member => Member(type, member));
            foreach (string member in members)
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The public types, nested ones too.</summary>
    public static IEnumerable<INamedTypeSymbol> TypesOf(IAssemblySymbol assembly) =>
        Nested(assembly.GlobalNamespace).Where(static type => IsVisibleType(type)).OrderBy(
            static type => type.ToDisplayString(TypeFormat), StringComparer.Ordinal);

    private static IEnumerable<INamedTypeSymbol> Nested(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(static member => member is INamedTypeSymbol type ? Nested(member).Prepend(type) : Nested(member));

    private static bool IsVisibleType(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (!IsVisible(outer))
            {
                return false;
            }
        }

        return type.CanBeReferencedByName;
    }

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    /// <summary>What another line stands for, or what nobody can name.</summary>
    private static bool IsHidden(ISymbol member) =>
        member.IsImplicitlyDeclared || member.Name == "<Clone>$" || member is IMethodSymbol
        {
            MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove,
        };

    private static string Heading(INamedTypeSymbol type)
    {
        string kind = (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (_, TypeKind.Struct) => "struct",
            (_, TypeKind.Interface) => "interface",
            (_, TypeKind.Enum) => "enum",
            (_, TypeKind.Delegate) => "delegate",
            _ => "class",
        };
        IEnumerable<string> modifiers =
        [
            .. type.IsStatic ? ["static"] : Array.Empty<string>(),
            .. type is { TypeKind: TypeKind.Class, IsAbstract: true, IsStatic: false } ? ["abstract"] : Array.Empty<string>(),
            .. type is { TypeKind: TypeKind.Class, IsSealed: true, IsStatic: false } ? ["sealed"] : Array.Empty<string>(),
            .. type is { IsReadOnly: true, TypeKind: TypeKind.Struct } ? ["readonly"] : Array.Empty<string>(),
            .. type.IsRefLikeType ? ["ref"] : Array.Empty<string>(),
        ];
        IEnumerable<string> bases = type.TypeKind is TypeKind.Enum or TypeKind.Delegate or TypeKind.Struct
            || type.BaseType is null or { SpecialType: SpecialType.System_Object }
            ? [] : [type.BaseType.ToDisplayString(TypeFormat)];
        string[] all = [.. bases, .. type.Interfaces.Where(IsVisibleType).Select(static i => i.ToDisplayString(TypeFormat)).Order(StringComparer.Ordinal)];
        return string.Join(' ', ["public", .. modifiers, kind, type.ToDisplayString(TypeFormat)])
            + (all.Length == 0 ? "" : " : " + string.Join(", ", all));
    }

    private static string Member(INamedTypeSymbol type, ISymbol member)
    {
        string accessibility = member.DeclaredAccessibility == Accessibility.Public ? "" : "protected ";
        return accessibility + (type.TypeKind == TypeKind.Enum && member is IFieldSymbol { HasConstantValue: true } field
            ? $"{field.Name} = {field.ConstantValue}"
            : member.ToDisplayString(MemberFormat));
    }
}
